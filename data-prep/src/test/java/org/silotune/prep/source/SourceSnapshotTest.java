package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.HighWaterMark;

/** A source that is written to while it is read. */
@ExtendWith(SparkSessionExtension.class)
final class SourceSnapshotTest {

  @TempDir Path temp;

  @Test
  void filesAreReadAsTheyWereListed(SparkSession spark) throws IOException {
    Path log = Files.writeString(temp.resolve("log.jsonl"), rows(1, 5));
    SourceSnapshot before = SourceSnapshot.of(spark, SourceConfig.defaults().withPath(temp));
    append(log, rows(3, 9));
    Files.writeString(temp.resolve("new.jsonl"), rows(20, 29));
    Set<String> all = Set.of("log.jsonl", "new.jsonl");

    HighWaterSurvey survey = before.survey(all, "n", Optional.empty());
    append(log, rows(2, 9));

    assertThat(survey.mark()).hasToString("Optional[5]");
    assertThat(survey.newRows()).isEqualTo(5);
    RowSelection selection = RowSelection.ofFiles(all);
    assertThat(read(before, selection)).isEqualTo(5);
    before.requireUnchanged(selection);

    Files.writeString(log, rows(6, 10));
    assertThatThrownBy(() -> before.requireUnchanged(selection))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot prepare from file log.jsonl of source file://%s/: it changed while it was read, and nothing was added; give the command again when nothing rewrites it",
            temp);
    before.requireUnchanged(RowSelection.ofFiles(Set.of())); // nothing of it was read
  }

  @Test
  void aFileThatGrewBeforeItWasReadIsAGrowingOne(SparkSession spark) throws IOException {
    Path log = Files.writeString(temp.resolve("log.jsonl"), rows(1, 5));
    SourceFile listed = new SourceFile(log.toUri().toString(), "log.jsonl", 20);

    FileDigests digests = FileDigests.of(spark, List.of(listed));

    assertThat(digests.grown()).containsExactly("log.jsonl");
    SourceListing listing = new SourceListing(SourceFormat.JSONL, List.of(listed));
    assertThat(listing.growing(digests.grown()).files()).containsExactly(listed.growing());
  }

  @Test
  void aTableOfFilesIsComparedBeforeItsRowsCount(SparkSession spark) {
    spark.range(1, 6).write().saveAsTable("moving");
    SourceConfig config = SourceConfig.defaults().withTable("moving");
    SourceSnapshot before = SourceSnapshot.of(spark, config);
    before.requireUnchanged(RowSelection.ALL);
    spark.range(6, 8).write().insertInto("moving");

    assertThatThrownBy(() -> before.requireUnchanged(RowSelection.ALL))
        .hasMessage(
            "Cannot prepare from table moving: it changed while it was read, and nothing was added; give the command again when nothing rewrites it");
    spark.sql("DROP TABLE moving");
  }

  @Test
  void howTheFilesOfATableAreReadIsPartOfItsSnapshot(SparkSession spark) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("csv"));
    Files.writeString(folder.resolve("a.csv"), "a;b,c;d\n");
    Set<String> contents = new TreeSet<>();
    for (String schema : List.of("x STRING, y STRING", "y STRING, x STRING")) {
      for (String separator : List.of(",", ";")) {
        spark.sql(
            "CREATE TABLE separated (%s) USING csv OPTIONS (sep '%s') LOCATION '%s'"
                .formatted(schema, separator, folder));
        contents.add(content(spark, "separated").orElseThrow());
        assertThat(contents).contains(content(spark, "separated").orElseThrow());
        spark.sql("DROP TABLE separated");
      }
    }
    assertThat(contents).hasSize(4);
  }

  /** Its files stay the same when it is defined anew, and when a day passes that it asks for. */
  @Test
  void aViewIsNotToldByItsFiles(SparkSession spark) {
    spark.range(1, 6).write().saveAsTable("viewed");
    spark.table("viewed").createOrReplaceTempView("the_same");
    assertThat(content(spark, "the_same")).isEqualTo(content(spark, "viewed")).isPresent();
    for (String query :
        List.of(
            "SELECT * FROM viewed WHERE id > 2",
            "SELECT id + 1 AS id FROM viewed",
            "SELECT * FROM viewed WHERE id > day(current_date())",
            "SELECT * FROM viewed WHERE id > (SELECT max(id) FROM viewed)",
            "SELECT * FROM viewed UNION ALL SELECT * FROM viewed")) {
      for (String kind : List.of("VIEW", "TEMPORARY VIEW")) {
        spark.sql("CREATE OR REPLACE %s a_view AS %s".formatted(kind, query));
        assertThat(content(spark, "a_view")).as(query).isEmpty();
        SourceSnapshot of = SourceSnapshot.of(spark, SourceConfig.defaults().withTable("a_view"));
        assertThatThrownBy(of::requireTellable)
            .hasMessage(
                "Cannot tell whether table a_view has changed: it has neither snapshots nor files of its own, as views have not; name the column that grows with data.incremental.high-water");
        spark.sql("DROP VIEW a_view");
      }
    }
    spark.sql("DROP TABLE viewed");
  }

  private static Optional<String> content(SparkSession spark, String table) {
    return SourceSnapshot.of(spark, SourceConfig.defaults().withTable(table)).content();
  }

  @Test
  void rowsAboveTheNewMarkAreLeftForTheNextTime(SparkSession spark) throws IOException {
    Files.writeString(temp.resolve("log.jsonl"), rows(1, 9));
    spark
        .sql("SELECT 'Ask' AS instruction, 'Yes.' AS output, id AS n FROM range(1, 10)")
        .createOrReplaceTempView("grown");
    for (SourceConfig config :
        List.of(
            SourceConfig.defaults().withPath(temp), SourceConfig.defaults().withTable("grown"))) {
      SourceSnapshot snapshot = SourceSnapshot.of(spark, config);
      assertThat(read(snapshot, between(Optional.of(mark(3)), Optional.of(mark(7))))).isEqualTo(4);
      assertThat(read(snapshot, between(Optional.empty(), Optional.of(mark(7))))).isEqualTo(7);
    }
  }

  private static RowSelection between(Optional<HighWaterMark> above, Optional<HighWaterMark> upTo) {
    return new RowSelection(
        Optional.empty(), Collections.emptySortedSet(), Optional.of("n"), above, upTo);
  }

  private static HighWaterMark mark(int n) {
    return HighWaterMark.of("" + n);
  }

  private static long read(SourceSnapshot snapshot, RowSelection selection) {
    return snapshot.open(selection, Optional.empty(), Set.of()).rows().count();
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  private static String rows(int from, int to) {
    StringBuilder rows = new StringBuilder();
    IntStream.rangeClosed(from, to)
        .forEach(
            n ->
                rows.append(
                    "{\"instruction\": \"Ask\", \"output\": \"Yes.\", \"n\": %d}\n".formatted(n)));
    return rows.toString();
  }
}
