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
