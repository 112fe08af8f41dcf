package org.silotune.prep.job;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
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
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.udf.token.ExecutorTokenizer;
import scala.collection.immutable.ArraySeq;
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

  /** The columns of shards and held-out rows, and those that say what became of the row. */
  static final StructType SCHEMA =
      new StructType()
          .add(InstructionRows.FILE, DataTypes.StringType)
          .add(InstructionRows.BYTE_OFFSET, DataTypes.LongType)
          .add(InstructionRows.REASON, DataTypes.StringType)
          .add(InstructionRows.DETAIL, DataTypes.StringType)
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.SPLIT, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType)
          .add(TokenShardSchema.CATEGORY, DataTypes.StringType)
          .add(TokenShardSchema.INPUT_IDS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(TokenShardSchema.LABELS, DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(TRUNCATED, DataTypes.BooleanType)
          .add(TokenShardSchema.INSTRUCTION, DataTypes.StringType)
          .add(TokenShardSchema.INPUT, DataTypes.StringType)
          .add(TokenShardSchema.CONVERSATION, TokenShardSchema.MESSAGES_TYPE)
          .add(TokenShardSchema.REFERENCE, DataTypes.StringType);

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
    if (row.getAs(InstructionRows.REASON) != null) {
      return rejected(row, row.getAs(InstructionRows.REASON), row.getAs(InstructionRows.DETAIL));
    }
    String id = row.getAs(TokenShardSchema.EXAMPLE_ID);
    int at = row.fieldIndex(InstructionRows.MESSAGES);
    @Nullable List<ChatMessage> messages = row.isNullAt(at) ? null : turns(row.getList(at));
    Instruction task =
        new Instruction(row.getAs(InstructionRows.INSTRUCTION), row.getAs(InstructionRows.INPUT));
    EncodedExample example =
        messages == null
            ? encoder.encode(id, task, row.getAs(InstructionRows.OUTPUT))
            : encoder.encode(id, messages);
    if (example instanceof EncodedExample.Rejected rejected) {
      return rejected(row, rejected.reason().code(), rejected.detail());
    }
    return accepted(row, (EncodedExample.Accepted) example, messages);
  }

  private Row accepted(
      Row row, EncodedExample.Accepted accepted, @Nullable List<ChatMessage> messages) {
    String silo = row.getAs(TokenShardSchema.SILO);
    Split split = holdout.split(seed, silo, row.getAs(PlacedRows.ROW_ID));
    boolean isHeldOut = split != Split.TRAIN;
    int answer = messages == null ? -1 : lastAnswer(messages);
    return RowFactory.create(
        row.getAs(InstructionRows.FILE),
        row.getAs(InstructionRows.BYTE_OFFSET),
        null,
        null,
        silo,
        split.label(),
        row.getAs(TokenShardSchema.EXAMPLE_ID),
        row.getAs(TokenShardSchema.CATEGORY),
        new ArraySeq.ofInt(accepted.example().inputIds()),
        new ArraySeq.ofInt(accepted.example().labels()),
        accepted.isTruncated(),
        isHeldOut ? row.getAs(InstructionRows.INSTRUCTION) : "",
        isHeldOut ? row.getAs(InstructionRows.INPUT) : "",
        isHeldOut && messages != null ? rows(messages.subList(0, answer)) : rows(List.of()),
        !isHeldOut
            ? ""
            : messages == null
                ? row.getAs(InstructionRows.OUTPUT)
                : messages.get(answer).content());
  }

  private static Row rejected(Row row, String reason, String detail) {
    return RowFactory.create(
        row.getAs(InstructionRows.FILE),
        row.getAs(InstructionRows.BYTE_OFFSET),
        reason,
        detail,
        row.getAs(TokenShardSchema.SILO),
        null,
        row.getAs(TokenShardSchema.EXAMPLE_ID),
        row.getAs(TokenShardSchema.CATEGORY),
        null,
        null,
        false,
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
