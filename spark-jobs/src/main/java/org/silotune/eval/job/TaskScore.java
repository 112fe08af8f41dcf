package org.silotune.eval.job;

import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.eval.score.Interval;
import org.silotune.eval.task.TaskQuestion;

/**
 * A row of the table {@code evaluations}: a metric of a task, of one group or of all examples.
 *
 * @param task the task's id
 * @param metric the metric's name
 * @param silo the group, or {@value #ALL} for all examples together
 * @param examples how many were scored
 * @param notRun how many were not
 * @param score the metric, none where nothing was scored
 * @param low the lower end of its 95 % interval, none where one example gives none
 * @param high the upper end
 * @param worstSilo the group with the worst score, empty but for all examples of a task with groups
 * @param worstScore its score
 * @param spread the best group's score and the worst's, how far they are apart
 */
public record TaskScore(
    String task,
    String metric,
    String silo,
    long examples,
    long notRun,
    OptionalDouble score,
    OptionalDouble low,
    OptionalDouble high,
    String worstSilo,
    OptionalDouble worstScore,
    OptionalDouble spread) {

  /** The {@code silo} of rows about all examples. */
  public static final String ALL = TaskQuestion.ALL;

  /** The columns. */
  static final StructType SCHEMA =
      new StructType()
          .add("task", DataTypes.StringType, false)
          .add("metric", DataTypes.StringType, false)
          .add("silo", DataTypes.StringType, false)
          .add("examples", DataTypes.LongType, false)
          .add("not_run", DataTypes.LongType, false)
          .add("score", DataTypes.DoubleType, true)
          .add("low", DataTypes.DoubleType, true)
          .add("high", DataTypes.DoubleType, true)
          .add("worst_silo", DataTypes.StringType, false)
          .add("worst_score", DataTypes.DoubleType, true)
          .add("spread", DataTypes.DoubleType, true);

  /** Returns a row that says nothing of groups. */
  static TaskScore of(
      String task,
      String metric,
      String silo,
      long examples,
      long notRun,
      Optional<Interval> interval) {
    return new TaskScore(
        task,
        metric,
        silo,
        examples,
        notRun,
        interval.map(each -> OptionalDouble.of(each.score())).orElseGet(OptionalDouble::empty),
        interval.map(Interval::low).orElseGet(OptionalDouble::empty),
        interval.map(Interval::high).orElseGet(OptionalDouble::empty),
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Returns whether the row is about all examples of its task. */
  public boolean isOfAll() {
    return silo.equals(ALL);
  }

  TaskScore withGroups(String worst, double worstOfThem, double apart) {
    return new TaskScore(
        task,
        metric,
        silo,
        examples,
        notRun,
        score,
        low,
        high,
        worst,
        OptionalDouble.of(worstOfThem),
        OptionalDouble.of(apart));
  }

  Row row() {
    return RowFactory.create(
        task,
        metric,
        silo,
        examples,
        notRun,
        column(score),
        column(low),
        column(high),
        worstSilo,
        column(worstScore),
        column(spread));
  }

  private static Object column(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
