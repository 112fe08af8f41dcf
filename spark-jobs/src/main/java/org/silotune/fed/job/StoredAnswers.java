package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.RunTables.Table;

/** The answers that a run has given already, read back from its table of predictions. */
final class StoredAnswers {

  private final SparkSession session;
  private final RunDirectory run;

  StoredAnswers(SparkSession session, RunDirectory run) {
    this.session = session;
    this.run = run;
  }

  /** Returns the part of the table that holds a round's answers. */
  String part(int round) {
    return "round-%05d-test".formatted(round);
  }

  /** Returns a round's answers, if they were given. */
  Optional<List<PredictionRow>> read(int round) {
    var file =
        "%s/%s/%s.parquet".formatted(RunTables.FOLDER, Table.PREDICTIONS.label(), part(round));
    if (!run.storage().exists(file)) {
      return Optional.empty();
    }
    return Optional.of(
        session.read().parquet(run.uri(file)).collectAsList().stream()
            .map(StoredAnswers::answer)
            .toList());
  }

  private static PredictionRow answer(Row row) {
    return new PredictionRow(
        row.getAs("round"),
        row.getAs("split"),
        row.getAs("silo"),
        row.getAs("example_id"),
        row.getAs("prompt"),
        row.getAs("expected"),
        row.getAs("prediction"),
        row.getAs("checkable"),
        row.getAs("exact_match"));
  }
}
