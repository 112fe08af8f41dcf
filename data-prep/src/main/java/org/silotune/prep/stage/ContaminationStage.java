package org.silotune.prep.stage;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.udf.text.WordNgrams;

/** Drops or marks the rows that share runs of words with an evaluation set. */
record ContaminationStage(
    int words, double share, Contamination.Action action, Broadcast<EvaluationRuns> evaluation)
    implements RowByRow {

  /**
   * Reads the sets, which takes Spark jobs.
   *
   * @param edits what the rows' texts went through, as the sets' do here
   */
  static ContaminationStage open(SparkSession spark, Contamination settings, List<TextEdit> edits) {
    return new ContaminationStage(
        settings.words(),
        settings.share(),
        settings.action(),
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(EvaluationRuns.read(spark, settings, edits)));
  }

  @Override
  public String name() {
    return "contamination";
  }

  @Override
  public boolean isReporting() {
    return true;
  }

  @Override
  public UnaryOperator<Row> open() {
    WordNgrams ngrams = new WordNgrams(words);
    return row -> {
      Optional<EvaluationRuns.Overlap> overlap =
          evaluation
              .value()
              .of(ngrams.hashesWithLetters(StagedRow.text(row)))
              .filter(found -> found.share() > share);
      if (overlap.isEmpty()) {
        return row;
      }
      return action == Contamination.Action.REPORT
          ? StagedRow.marked(row, name())
          : StagedRow.dropped(row, name(), DropReason.CONTAMINATED, detail(overlap.get()));
    };
  }

  private String detail(EvaluationRuns.Overlap overlap) {
    return "%d of %d runs of %d words stand in %s"
        .formatted(overlap.found(), overlap.runs(), words, overlap.set());
  }
}
