package org.silotune.prep.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.udf.text.MinHash;
import scala.collection.immutable.ArraySeq;

@ExtendWith(SparkSessionExtension.class)
final class NearDuplicatesTest {

  private static final StructType SCHEMA =
      InstructionRows.SCHEMA
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType);

  @Test
  void noRowOfThePlanHoldsABucket(SparkSession spark) {
    Dataset<Row> rows = spark.createDataFrame(List.<Row>of(), SCHEMA);

    assertThat(NearDuplicates.defaults().apply(rows).queryExecution().analyzed().toString())
        .contains("bit_xor")
        .doesNotContain("collect_list", "collect_set", "explode(ids");
  }

  @Test
  void questionsAboutOneLongInputAreNoDuplicates(SparkSession spark) {
    String long1 = words(200);
    String long2 = long1 + " end";
    String task = "Name in a few plain words of your own who has written all of these many words.";
    String answer = "Nobody knows who has written them, and nobody has ever asked.";
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(
                row("a", task, long1, answer),
                row("b", task, long2, answer),
                row("c", "How many words are there?", long1, "Two hundred."),
                row("d", "What is the first word?", long1, "word0"),
                row("e", task + " " + long1, "", answer),
                row("f", task + " " + long2, "", answer)),
            SCHEMA);
    List<String> dropped =
        NearDuplicates.defaults()
            .apply(rows)
            .where(InstructionRows.REASON + " IS NOT NULL")
            .sort(TokenShardSchema.EXAMPLE_ID)
            .select(TokenShardSchema.EXAMPLE_ID, InstructionRows.DETAIL)
            .collectAsList()
            .stream()
            .map(row -> row.getString(0) + ": " + row.getString(1))
            .toList();

    assertThat(dropped).containsExactly("b: nearly the texts of a", "f: nearly the texts of e");
  }

  @Test
  void bucketHasSoManyLeadersAndNoMore() {
    List<long[]> unlike = signatures(BucketLeaders.MOST + 2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < unlike.size(); i++) {
      rows.add(row("a%04d".formatted(i), unlike.get(i)));
    }
    rows.add(row("b-first", unlike.get(0)));
    rows.add(row("b-last-leader", unlike.get(BucketLeaders.MOST - 1)));
    rows.add(row("b-too-late", unlike.get(BucketLeaders.MOST)));
    List<String> found = new ArrayList<>();
    Iterator<Row> alike = new BucketLeaders(0.8).call(rows.iterator());
    alike.forEachRemaining(row -> found.add(row.getString(1) + " " + row.getString(2)));

    assertThat(found)
        .containsExactly("b-first a0000", "b-last-leader a%04d".formatted(BucketLeaders.MOST - 1));
  }

  @Test
  void whatIsAskedAndAnsweredHasToBeLikeToo() {
    List<long[]> unlike = signatures(3);
    long[] texts = unlike.get(0);
    List<Row> rows =
        List.of(
            row("a", texts, unlike.get(1)),
            row("b", texts, unlike.get(2)),
            row("c", texts, unlike.get(1)),
            row("d", texts), // without an input
            row("e", texts, texts));
    List<String> found = new ArrayList<>();
    new BucketLeaders(0.8)
        .call(rows.iterator())
        .forEachRemaining(row -> found.add(row.getString(1) + " " + row.getString(2)));

    assertThat(found).containsExactly("c a", "e d");
  }

  private static List<long[]> signatures(int count) {
    SplittableRandom random = new SplittableRandom(4);
    List<long[]> signatures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      signatures.add(random.longs(MinHash.DEFAULT_SIZE).toArray());
    }
    return signatures;
  }

  private static String words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
  }

  private static Row row(String id, String instruction, String input, String output) {
    return RowFactory.create(
        "rows.jsonl",
        0L,
        "silo",
        null,
        "",
        instruction,
        input,
        output,
        null,
        null,
        null,
        null,
        null,
        null,
        "silo",
        id);
  }

  private static Row row(String id, long[] signature) {
    return RowFactory.create("silo", 7L, id, new ArraySeq.ofLong(signature), null);
  }

  private static Row row(String id, long[] texts, long[] task) {
    return RowFactory.create("silo", 7L, id, new ArraySeq.ofLong(texts), new ArraySeq.ofLong(task));
  }
}
