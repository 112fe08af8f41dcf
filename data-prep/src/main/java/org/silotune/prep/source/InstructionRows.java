package org.silotune.prep.source;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.shard.TokenShardSchema;

/**
 * The schema every source is brought to: one row a record, good or bad.
 *
 * <p>A row with a {@link #REASON} goes to quarantine. The others have {@link #MESSAGES}, or {@link
 * #INSTRUCTION}, {@link #INPUT} and {@link #OUTPUT}; missing texts are empty.
 */
public final class InstructionRows {

  /** The file's name below the source's place; null for tables. */
  public static final String FILE = "file";

  /** Offset of the record's first byte in the (uncompressed) file; null for tables. */
  public static final String BYTE_OFFSET = "byte_offset";

  /** What the silo's column holds; null where no column decides on silos. */
  public static final String SILO_KEY = "silo_key";

  /** What the id column holds; null without one. */
  public static final String SOURCE_ID = "source_id";

  /** The row's label, empty where there is none. */
  public static final String CATEGORY = TokenShardSchema.CATEGORY;

  public static final String INSTRUCTION = "instruction";
  public static final String INPUT = "input";
  public static final String OUTPUT = "output";

  /** The conversation with its answers; null where the row is an instruction. */
  public static final String MESSAGES = "messages";

  /** A label of {@link QuarantineReason}, or null. */
  public static final String REASON = "reason";

  /** What exactly is wrong, or null. */
  public static final String DETAIL = "detail";

  /** The step that dropped the row, such as {@link #READ} or a stage's name; null if none did. */
  public static final String STAGE = "stage";

  /** Names of the stages that changed the row, or found something in it and kept it; or null. */
  public static final String MARKS = "marks";

  /** Line feeds between where the reading of the record's slice began and the record; or null. */
  public static final String LINE_FEEDS = "line_feeds";

  /** The step that reads records and drops those that are none. */
  public static final String READ = "read";

  /** All columns. */
  public static final StructType SCHEMA =
      new StructType()
          .add(FILE, DataTypes.StringType)
          .add(BYTE_OFFSET, DataTypes.LongType)
          .add(SILO_KEY, DataTypes.StringType)
          .add(SOURCE_ID, DataTypes.StringType)
          .add(CATEGORY, DataTypes.StringType)
          .add(INSTRUCTION, DataTypes.StringType)
          .add(INPUT, DataTypes.StringType)
          .add(OUTPUT, DataTypes.StringType)
          .add(MESSAGES, TokenShardSchema.MESSAGES_TYPE)
          .add(REASON, DataTypes.StringType)
          .add(DETAIL, DataTypes.StringType)
          .add(STAGE, DataTypes.StringType)
          .add(MARKS, DataTypes.createArrayType(DataTypes.StringType, false))
          .add(LINE_FEEDS, DataTypes.LongType);

  private InstructionRows() {}
}
