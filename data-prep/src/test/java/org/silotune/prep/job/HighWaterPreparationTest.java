package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.ByColumn;

/** A folder that follows a column: rows above the highest value so far are prepared. */
@ExtendWith(SparkSessionExtension.class)
final class HighWaterPreparationTest {

  @TempDir Path temp;
  private IncrementalData data;

  @BeforeEach
  void begin(SparkSession spark) throws IOException {
    data = IncrementalData.in(temp, spark);
  }

  @Test
  void rowsThatAFileGrewByAreTakenAndLateOnesAreCounted() throws IOException {
    List<String> rows = new ArrayList<>(numbered("north", 1, 20));
    rows.addAll(numbered("south", 8, 20));
    data.write("a.jsonl", rows);
    PreparedVersion first = data.prepare(data.by("n"));
    assertThat(first.newRows()).isEqualTo(33);
    assertThat(first.mark()).hasToString("Optional[20]");
    rows.addAll(numbered("south", 21, 30)); // as text, 9 would be above 20
    data.write("a.jsonl", rows);

    PreparedVersion second = data.prepare(data.by("n"));

    assertThat(second.newRows()).isEqualTo(10);
    assertThat(second.lateRows()).isZero();
    assertThat(second.mark()).hasToString("Optional[30]");
    assertThat(second.manifest().silo("north").versions()).containsExactly(1);
    assertThat(second.manifest().contentSha256())
        .isEqualTo(data.atOnce(data.by("n")).contentSha256());

    data.write("late.jsonl", numbered("north", 25, 30));
    PreparedVersion third = data.prepare(data.by("n"));
    assertThat(third.isNew()).isFalse();
    assertThat(third.lateRows()).isEqualTo(6);
    rows.addAll(numbered("north", 29, 33));
    rows.add("{no json");
    data.write("a.jsonl", rows);
    PreparedVersion fourth = data.prepare(data.by("n"));
    assertThat(fourth.newRows()).isEqualTo(3);
    assertThat(fourth.lateRows()).isEqualTo(6 + 2 + 1);
    assertThat(fourth.manifest().quarantined()).isEmpty();
    ShardManifest all = data.prepare(data.by("n"), RowScope.ALL).manifest();
    assertThat(all.rowsOut()).isEqualTo(20 + 13 + 10 + 5 + 6);
    assertThat(all.quarantined()).isEqualTo(Map.of("malformed-json", 1L));
  }

  /**
   * A row at the mark may be one that was taken: it counts as late, whatever its time is written
   * like.
   */
  @Test
  void timesAreComparedAsTimesAndARowAtTheMarkIsLate() throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add(valued("\"2026-01-31T08:00:00Z\""));
    rows.add(valued("\"2026-01-31T08:30:00+01:00\""));
    data.write("a.jsonl", rows);
    assertThat(data.prepare(data.by("n")).mark()).hasToString("Optional[2026-01-31T08:00:00Z]");
    rows.add(valued("\"2026-01-31 09:00:00+01:00\"")); // the mark
    rows.add(valued("\"2026-01-31T08:00:00.25Z\""));
    rows.add(valued("\"2026-01-31T07:59:00-01\""));
    data.write("a.jsonl", rows);

    PreparedVersion second = data.prepare(data.by("n"));

    assertThat(second.newRows()).isEqualTo(2);
    assertThat(second.lateRows()).isEqualTo(1);
    assertThat(second.mark()).hasToString("Optional[2026-01-31T07:59:00-01]");
    rows.add(valued("\"2026-02-01 08:00:00\""));
    data.write("a.jsonl", rows);
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .hasMessageContaining(
            "have no common order: 2026-01-31T07:59:00-01 is a point in time, 2026-02-01 08:00:00 is a date or time without zone;");
  }

  @Test
  void rowsWithoutAValueGoToQuarantineOnce() throws IOException {
    List<String> rows = new ArrayList<>(numbered("north", 1, 9));
    rows.add(RawData.row("north", "When", "", "Never."));
    data.write("a.jsonl", rows);
    ShardManifest first = data.prepare(data.by("n")).manifest();
    assertThat(first.quarantined()).isEqualTo(Map.of("missing-high-water", 1L));
    rows.addAll(numbered("north", 10, 11));
    data.write("a.jsonl", rows);
    List<String> without = List.of(RawData.row("north", "Then", "", "Never."), "{no json");
    data.write("b.jsonl", without);
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessage(
            "Unknown column n (named as high-water): file b.jsonl has input, instruction, output, silo; set data.incremental.high-water");
    List<String> some = new ArrayList<>(numbered("north", 12, 12));
    some.addAll(without);
    data.write("b.jsonl", some);

    PreparedVersion second = data.prepare(data.by("n"));

    assertThat(second.newRows()).isEqualTo(5);
    assertThat(second.lateRows()).isZero();
    assertThat(second.manifest().quarantined())
        .isEqualTo(Map.of("missing-high-water", 2L, "malformed-json", 1L));
  }

  @Test
  void aTableIsAskedForNothingButNewRows(SparkSession spark) throws IOException {
    Path table = temp.resolve("table");
    write(spark, table, 1, 20);
    spark.read().parquet(table.toString()).createOrReplaceTempView("followed");
    PrepareConfig config = data.by("at").withSource(SourceConfig.defaults().withTable("followed"));
    PreparedVersion first = data.prepare(config);
    assertThat(first.mark()).hasToString("Optional[2026-01-20 10:00:00]");
    assertThat(data.prepare(config).isNew()).isFalse();
    write(spark, table, 20, 25); // the 20th comes again, and is late
    spark.read().parquet(table.toString()).createOrReplaceTempView("followed");

    PreparedVersion second = data.prepare(config);

    assertThat(second.newRows()).isEqualTo(5);
    assertThat(second.lateRows()).isEqualTo(1);
    assertThat(second.manifest().rowsOut()).isEqualTo(25);
    spark
        .read()
        .parquet(table.toString())
        .withColumn("at", col("at").cast("string"))
        .createOrReplaceTempView("followed");
    assertThatThrownBy(() -> data.prepare(config))
        .hasMessage(
            "Invalid high-water column at of type string: the mark so far, 2026-01-25 10:00:00, is a point in time; undo the change of the type, or prepare all rows again with --rebuild");
    PrepareConfig files = data.by("at").withSource(SourceConfig.defaults().withPath(table));
    assertThatThrownBy(() -> data.prepare(files))
        .hasMessageContaining("source.format: was table, now parquet");
  }

  /** The mark of one zone, read in another, would make rows of hours late, or take them again. */
  @Test
  void timesAreReadInUtcAlone(SparkSession spark) {
    Path table = temp.resolve("table");
    write(spark, table, 1, 5);
    SparkSession tokyo = spark.newSession();
    tokyo.conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
    SourceConfig source = SourceConfig.defaults().withPath(table);
    String refused =
        "Cannot read column at of type timestamp in time zone Asia/Tokyo: its values would be other texts in each zone; set spark.sql.session.timeZone to UTC";
    assertThatThrownBy(() -> data.on(tokyo).prepare(data.by("at").withSource(source)))
        .hasMessage(refused);
    PrepareConfig silos =
        data.byFiles().withSource(source).withSilos(new ByColumn("at")).withSeed(1);
    assertThatThrownBy(() -> data.on(tokyo).prepare(silos)).hasMessage(refused);
    assertThat(data.on(tokyo).prepare(data.byFiles().withSource(source)).newRows()).isEqualTo(5);

    SparkSession greenwich = spark.newSession();
    greenwich.conf().set("spark.sql.session.timeZone", "Etc/UTC");
    IncrementalData followed = data.to("at").on(greenwich);
    assertThat(followed.prepare(data.by("at").withSource(source)).mark())
        .hasToString("Optional[2026-01-05 10:00:00]");
  }

  @Test
  void aColumnThatGivesNoOrderIsRefused(SparkSession spark) throws IOException {
    data.write("a.jsonl", numbered("north", 1, 3));
    assertThatThrownBy(() -> data.prepare(data.by("time")))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessage(
            "Unknown column time (named as high-water): the source has input, instruction, n, output, silo; set data.incremental.high-water");
    data.write("b.jsonl", List.of(valued("\"yesterday\"")));
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .hasMessage(
            "Invalid high-water column n: its values, the mark so far among them, have no common order: 3 is a number, yesterday is a text; write all values alike, or prepare all rows again with --rebuild after a change of the column");
    data.write("b.jsonl", List.of(valued("\"31.1.2026\"")));
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .hasMessage(
            "Invalid high-water column n: it holds 31.1.2026, which has no order; name a column of numbers, or of texts such as 2026-01-31T08:00:00Z");
    data.write("b.jsonl", List.of(valued("{\"day\": 1}")));
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .hasMessage(
            "Invalid high-water column n: it holds an object, which has no order; name a column of numbers, or of texts such as 2026-01-31T08:00:00Z");
    spark
        .sql("SELECT 'a' AS silo, 'b' AS instruction, 'c' AS output, map('k', 1) AS n")
        .createOrReplaceTempView("mapped");
    PrepareConfig mapped = data.by("n").withSource(SourceConfig.defaults().withTable("mapped"));
    assertThatThrownBy(() -> data.prepare(mapped))
        .hasMessage(
            "Invalid high-water column n of type map<string,int>: must be whole numbers, decimals, dates, timestamps or text, whose order is theirs; name another column, or cast it in a view");
    spark
        .sql(
            "SELECT 'a' AS silo, 'b' AS instruction, 'c' AS output, string(id) AS n FROM range(8, 11)")
        .createOrReplaceTempView("texts");
    PrepareConfig texts = data.by("n").withSource(SourceConfig.defaults().withTable("texts"));
    assertThatThrownBy(() -> data.prepare(texts))
        .hasMessage(
            "Invalid high-water column n of type string: it holds values of two forms, such as 10 and 8, whose order as texts is not theirs; write all alike, or cast it to a number or a timestamp in a view");
    assertThat(temp.resolve("followed")).doesNotExist();
  }

  /** What a column's order is does not depend on whether its rows are in a file or a table. */
  @ParameterizedTest
  @CsvSource({
    "01ARZ3NDEKTSV4RRFFQ69G5FAV, 01BX5ZZKBKACTAV9WEVGEMMVRZ, true",
    "0190a1b2-7c00-7000-8000-00000000000f, 0190a1b2-7c00-7000-8000-0000000000a0, true",
    "v8, v10, true",
    "2026-01-31, 2026-02-01, true",
    "41, n/a, false",
    "2026-01-31, 2026-01-31T08:00:00Z, false",
    "31.01.2026, 01.02.2026, false",
  })
  void textsHaveTheOrderThatTheyHaveInFiles(
      String first, String second, boolean isOrdered, SparkSession spark) throws IOException {
    data.write("a.jsonl", List.of(valued('"' + first + '"'), valued('"' + second + '"')));
    spark
        .sql("SELECT * FROM VALUES ('%s'), ('%s'), (NULL), (' ') AS t(n)".formatted(first, second))
        .selectExpr("'a' AS silo", "concat('b', n) AS instruction", "'c' AS output", "n")
        .createOrReplaceTempView("in_a_table");
    PrepareConfig table = data.by("n").withSource(SourceConfig.defaults().withTable("in_a_table"));
    if (isOrdered) {
      String highest = first.compareTo(second) > 0 ? first : second;
      assertThat(data.to("files").prepare(data.by("n")).mark().orElseThrow()).hasToString(highest);
      assertThat(data.to("table").prepare(table).mark().orElseThrow()).hasToString(highest);
    } else {
      assertThatThrownBy(() -> data.to("files").prepare(data.by("n")))
          .hasMessageStartingWith("Invalid high-water column n");
      assertThatThrownBy(() -> data.to("table").prepare(table))
          .hasMessageStartingWith("Invalid high-water column n");
    }
  }

  @Test
  void aTableThatNobodyCanTellFromAnotherNeedsAColumn(SparkSession spark) {
    spark
        .sql("SELECT 'a' AS silo, 'b' AS instruction, 'c' AS output, 1 AS n")
        .createOrReplaceTempView("computed");
    SourceConfig source = SourceConfig.defaults().withTable("computed");
    assertThatThrownBy(() -> data.prepare(data.byFiles().withSource(source)))
        .hasMessage(
            "Cannot tell whether table computed has changed: it has neither snapshots nor files of its own, as views have not; name the column that grows with data.incremental.high-water");
    PrepareConfig byColumn = data.by("n").withSource(source);
    assertThat(data.prepare(byColumn).newRows()).isEqualTo(1);
    assertThat(data.prepare(byColumn).isNew()).isFalse();
  }

  private static void write(SparkSession spark, Path table, int from, int to) {
    spark
        .range(from, to + 1)
        .selectExpr(
            "'north' AS silo",
            "concat('Question ', id) AS instruction",
            "'Reply.' AS output",
            "to_timestamp(concat('2026-01-', lpad(id, 2, '0'), ' 10:00:00')) AS at")
        .write()
        .mode("append")
        .parquet(table.toString());
  }

  private static List<String> numbered(String silo, int from, int to) {
    List<String> rows = new ArrayList<>();
    for (int n = from; n <= to; n++) {
      rows.add(
          "{\"silo\": \"%s\", \"instruction\": \"Question %d of %1$s\", \"input\": \"\", \"output\": \"Yes.\", \"n\": %2$d}"
              .formatted(silo, n));
    }
    return rows;
  }

  private static String valued(String value) {
    return "{\"silo\": \"north\", \"instruction\": \"Ask\", \"output\": \"Yes.\", \"n\": %s}"
        .formatted(value);
  }
}
