package org.silotune.prep.job;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.EncodedExample;
import org.silotune.llm.tokenizer.Instruction;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.prep.shard.ContextLabels;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.udf.token.ExecutorTokenizer;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Placed rows to encoded rows, with the tokenizer of the executor: tokens and split of the good, a
 * reason for the others, and text only where evaluation will read it.
 *
 * @param model the tokenizer's path, as every host sees it
 * @param template a template by name, or {@link PrepareConfig#AUTO_TEMPLATE}
 * @param tokenizerSha256 the driver's tokenizer
 * @param encoded counts the rows, for progress
 */
record RowEncoding(
    String model,
    String template,
    String tokenizerSha256,
    int maxLength,
    OverlongPolicy overlong,
    HoldoutConfig holdout,
    long seed,
    LongAccumulator encoded)
    implements MapPartitionsFunction<Row, Row>, Serializable {

  static final String TRUNCATED = "truncated";

  /** The step that frames text by the template and turns it into tokens. */
  static final String STAGE = "tokenise";

  /** The columns of shards and held-out rows, and those that say what became of the row. */
  static final StructType SCHEMA =
      new StructType()
          .add(InstructionRows.FILE, DataTypes.StringType)
          .add(InstructionRows.BYTE_OFFSET, DataTypes.LongType)
          .add(InstructionRows.REASON, DataTypes.StringType)
          .add(InstructionRows.DETAIL, DataTypes.StringType)
          .add(InstructionRows.STAGE, DataTypes.StringType)
          .add(InstructionRows.MARKS, DataTypes.createArrayType(DataTypes.StringType, false))
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.SPLIT, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType)
          .add(TokenShardSchema.CATEGORY, DataTypes.StringType)
          .add(TokenShardSchema.INPUT_IDS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(TokenShardSchema.LABELS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(ContextLabels.CONTEXT_TOKENS, DataTypes.IntegerType)
          .add(TRUNCATED, DataTypes.BooleanType)
          .add(InstructionRows.LINE_FEEDS, DataTypes.LongType)
          .add(TokenShardSchema.INSTRUCTION, DataTypes.StringType)
          .add(TokenShardSchema.INPUT, DataTypes.StringType)
          .add(TokenShardSchema.CONVERSATION, TokenShardSchema.MESSAGES_TYPE)
          .add(TokenShardSchema.REFERENCE, DataTypes.StringType);

  /**
   * Returns encoded rows, columns of {@link #SCHEMA}.
   *
   * @param placed columns of {@link PlacedRows#COLUMNS}
   */
  Dataset<Row> applyTo(Dataset<Row> placed) {
    return placed.mapPartitions(this, TokenRows.encoder(SCHEMA));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> partition) {
    LoadedTokenizer loaded =
        ExecutorTokenizer.get(model, PrepareConfig.templateName(template), tokenizerSha256);
    PromptEncoder encoder =
        new PromptEncoder(loaded.tokenizer(), loaded.template(), maxLength, overlong);
    Iterable<Row> rows = () -> partition;
    return StreamSupport.stream(rows.spliterator(), /* parallel= */ false)
        .map(row -> encode(row, encoder))
        .iterator();
  }

  private Row encode(Row row, PromptEncoder encoder) {
    encoded.add(1);
    if (PlacedRows.get(row, InstructionRows.REASON) != null) {
      return rejected(
          row,
          PlacedRows.get(row, InstructionRows.REASON),
          PlacedRows.get(row, InstructionRows.DETAIL),
          PlacedRows.get(row, InstructionRows.STAGE));
    }
    String id = PlacedRows.get(row, TokenShardSchema.EXAMPLE_ID);
    int at = PlacedRows.COLUMNS.fieldIndex(InstructionRows.MESSAGES);
    @Nullable List<ChatMessage> messages = row.isNullAt(at) ? null : turns(row.getList(at));
    Instruction task =
        new Instruction(
            PlacedRows.get(row, InstructionRows.INSTRUCTION),
            PlacedRows.get(row, InstructionRows.INPUT));
    EncodedExample example =
        messages == null
            ? encoder.encode(id, task, PlacedRows.get(row, InstructionRows.OUTPUT))
            : encoder.encode(id, messages);
    if (example instanceof EncodedExample.Rejected rejected) {
      return rejected(row, rejected.reason().code(), rejected.detail(), STAGE);
    }
    return accepted(row, (EncodedExample.Accepted) example, messages);
  }

  private Row accepted(
      Row row, EncodedExample.Accepted accepted, @Nullable List<ChatMessage> messages) {
    String silo = PlacedRows.get(row, TokenShardSchema.SILO);
    Split split = holdout.split(seed, silo, PlacedRows.get(row, PlacedRows.ROW_ID));
    boolean isHeldOut = split != Split.TRAIN;
    int answer = messages == null ? -1 : lastAnswer(messages);
    OptionalInt context = accepted.example().contextTokens();
    return RowFactory.create(
        PlacedRows.get(row, InstructionRows.FILE),
        PlacedRows.get(row, InstructionRows.BYTE_OFFSET),
        null,
        null,
        null,
        PlacedRows.get(row, InstructionRows.MARKS),
        silo,
        split.label(),
        PlacedRows.get(row, TokenShardSchema.EXAMPLE_ID),
        PlacedRows.get(row, TokenShardSchema.CATEGORY),
        accepted.example().inputIds(),
        context.isPresent() ? null : accepted.example().labels(),
        context.isPresent() ? context.getAsInt() : null,
        accepted.isTruncated(),
        PlacedRows.get(row, InstructionRows.LINE_FEEDS),
        isHeldOut ? PlacedRows.get(row, InstructionRows.INSTRUCTION) : "",
        isHeldOut ? PlacedRows.get(row, InstructionRows.INPUT) : "",
        isHeldOut && messages != null ? rows(messages.subList(0, answer)) : rows(List.of()),
        !isHeldOut
            ? ""
            : messages == null
                ? PlacedRows.get(row, InstructionRows.OUTPUT)
                : messages.get(answer).content());
  }

  private static Row rejected(Row row, String reason, String detail, String stage) {
    return RowFactory.create(
        PlacedRows.get(row, InstructionRows.FILE),
        PlacedRows.get(row, InstructionRows.BYTE_OFFSET),
        reason,
        detail,
        stage,
        PlacedRows.get(row, InstructionRows.MARKS),
        PlacedRows.get(row, TokenShardSchema.SILO),
        null,
        PlacedRows.get(row, TokenShardSchema.EXAMPLE_ID),
        PlacedRows.get(row, TokenShardSchema.CATEGORY),
        null,
        null,
        null,
        false,
        PlacedRows.get(row, InstructionRows.LINE_FEEDS),
        "",
        "",
        null,
        "");
  }

  private static int lastAnswer(List<ChatMessage> messages) {
    int last = messages.size() - 1;
    while (!messages.get(last).role().equals("assistant")) {
      last--;
    }
    return last;
  }

  private static List<ChatMessage> turns(List<Row> rows) {
    return rows.stream().map(r -> new ChatMessage(r.getString(0), r.getString(1))).toList();
  }

  private static Seq<Row> rows(List<ChatMessage> turns) {
    List<Row> rows =
        turns.stream().map(turn -> RowFactory.create(turn.role(), turn.content())).toList();
    return CollectionConverters.asScala(rows).toSeq();
  }
}
