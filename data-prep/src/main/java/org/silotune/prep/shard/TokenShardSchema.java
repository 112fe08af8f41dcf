package org.silotune.prep.shard;

import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Column names and types of the Parquet tables in a prepared folder.
 *
 * <p>The partition columns {@code silo} and {@code split} live in the path. Read the tables from
 * Spark with these schemas, for Spark would otherwise guess a silo called {@code 007} to be a
 * number.
 */
public final class TokenShardSchema {

  public static final String SILO = "silo";
  public static final String SPLIT = "split";
  public static final String EXAMPLE_ID = "example_id";
  public static final String INPUT_IDS = "input_ids";
  public static final String LABELS = "labels";
  public static final String CATEGORY = "category";
  public static final String INSTRUCTION = "instruction";
  public static final String INPUT = "input";
  public static final String CONVERSATION = "conversation";
  public static final String REFERENCE = "reference";

  /** {@code array<struct<role: string, content: string>>}: a conversation, oldest turn first. */
  public static final ArrayType MESSAGES_TYPE =
      DataTypes.createArrayType(
          new StructType()
              .add("role", DataTypes.StringType, false)
              .add("content", DataTypes.StringType, false),
          false);

  /** Token shards: {@code example_id, input_ids, labels, silo, split}. */
  public static final StructType SHARDS =
      new StructType()
          .add(EXAMPLE_ID, DataTypes.StringType, false)
          .add(INPUT_IDS, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add(LABELS, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add(SILO, DataTypes.StringType, false)
          .add(SPLIT, DataTypes.StringType, false);

  /**
   * Held-out rows: {@code example_id, category, instruction, input, conversation, reference, silo,
   * split}; {@code conversation} is empty in an instruction row, the texts in a conversation.
   */
  public static final StructType HELD_OUT_ROWS =
      new StructType()
          .add(EXAMPLE_ID, DataTypes.StringType, false)
          .add(CATEGORY, DataTypes.StringType, false)
          .add(INSTRUCTION, DataTypes.StringType, false)
          .add(INPUT, DataTypes.StringType, false)
          .add(CONVERSATION, MESSAGES_TYPE, false)
          .add(REFERENCE, DataTypes.StringType, false)
          .add(SILO, DataTypes.StringType, false)
          .add(SPLIT, DataTypes.StringType, false);

  /** The columns that place a row, in sort order. */
  static final List<String> ORDER = List.of(SILO, SPLIT, EXAMPLE_ID);

  private TokenShardSchema() {}
}
