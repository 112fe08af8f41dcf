package org.silotune.suite.job;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.suite.cell.CellRound;
import org.silotune.suite.cell.CurvePoint;

/**
 * What the tables of a run say of its rounds.
 *
 * @param rounds in order
 * @param losses of validation, by round and silo
 */
record RunCurves(List<CellRound> rounds, List<CurvePoint> losses) {

  RunCurves {
    rounds = List.copyOf(rounds);
    losses = List.copyOf(losses);
  }

  /**
   * Reads the tables.
   *
   * @param run a run's folder, a path or URI
   */
  static RunCurves read(SparkSession spark, String run) {
    var silos =
        spark
            .read()
            .parquet(run + "/tables/silo_rounds")
            .select("round", "silo", "steps", "tokens_seen")
            .orderBy("round", "silo")
            .collectAsList();
    var rounds =
        spark
            .read()
            .parquet(run + "/tables/rounds")
            .select("round", "cohort", "train_loss", "seconds")
            .orderBy("round")
            .collectAsList();
    var losses =
        spark
            .read()
            .parquet(run + "/tables/evaluations")
            .where(col("split").equalTo(HeldOutSplit.VALIDATION.label()))
            .select("round", "silo", "examples", "loss")
            .orderBy("round", "silo")
            .collectAsList();
    return new RunCurves(
        rounds.stream().map(row -> round(row, silos)).toList(),
        losses.stream().map(RunCurves::loss).toList());
  }

  private static CellRound round(Row row, List<Row> silos) {
    int number = row.getInt(0);
    var own = silos.stream().filter(silo -> silo.getInt(0) == number).toList();
    return new CellRound(
        number,
        row.getInt(1),
        own.stream().mapToLong(silo -> silo.getInt(2)).sum(),
        own.stream().mapToLong(silo -> silo.getLong(3)).sum(),
        row.getDouble(2),
        row.getDouble(3));
  }

  private static CurvePoint loss(Row row) {
    return new CurvePoint(
        row.getInt(0),
        row.getString(1),
        row.getLong(2),
        row.isNullAt(3) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(3)));
  }
}
