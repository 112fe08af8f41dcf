package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.eval.score.MetricNames;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.TaskConfig;
import org.silotune.udf.SqlFunctions;

/**
 * The SQL that makes scores of the table {@code predictions}.
 *
 * <p>SQL brings the scores of a metric together, in the order of their examples; it does not add
 * them up, for in whose order it adds nobody has a say.
 */
final class ScoreQuery {

  /** One row an example and metric: what it adds. */
  private static final String EXAMPLE_SCORES =
      """
      WITH counted AS (
        SELECT task, silo, example_id, count(*) AS n, count_if(scores[0].value = 1) AS c
        FROM predictions
        WHERE status = 'scored' AND scores[0].metric = 'passed'
        GROUP BY task, silo, example_id
      )
      SELECT p.task, p.silo, p.example_id, s.metric, s.value, s.weight
      FROM predictions p LATERAL VIEW explode(p.scores) AS s
      WHERE p.status = 'scored' AND s.metric <> 'passed'
      UNION ALL
      SELECT c.task, c.silo, c.example_id, k.metric, pass_at_k(c.n, c.c, k.k) AS value, 1.0D AS weight
      FROM counted c JOIN asked_k k ON c.task = k.task
      """;

  /** One row a task, metric and group, and one for all groups. */
  private static final String GATHERED =
      """
      SELECT task, metric, grouping(silo) = 1 AS of_all, coalesce(silo, '') AS silo,
             sort_array(collect_list(struct(example_id, value, weight))) AS scores
      FROM example_scores
      GROUP BY GROUPING SETS ((task, metric, silo), (task, metric))
      """;

  private static final String NOT_RUN =
      """
      SELECT task, grouping(silo) = 1 AS of_all, coalesce(silo, '') AS silo,
             count(DISTINCT example_id) AS examples
      FROM predictions
      WHERE status = 'not-run'
      GROUP BY GROUPING SETS ((task, silo), (task))
      """;

  private final SparkSession session;

  /**
   * Queries over a table.
   *
   * @param predictions the table, which becomes the session's view {@code predictions}
   */
  ScoreQuery(SparkSession session, Dataset<Row> predictions, List<TaskConfig> tasks) {
    this.session = session;
    SqlFunctions.register(session);
    predictions.createOrReplaceTempView("predictions");
    askedK(session, tasks).createOrReplaceTempView("asked_k");
    session.sql(EXAMPLE_SCORES).createOrReplaceTempView("example_scores");
  }

  /** Returns {@code task, metric, of_all, silo, scores}. */
  List<Row> gathered() {
    return session.sql(GATHERED).collectAsList();
  }

  /** Returns {@code task, of_all, silo, examples} of what was not run. */
  List<Row> notRun() {
    return session.sql(NOT_RUN).collectAsList();
  }

  private static Dataset<Row> askedK(SparkSession session, List<TaskConfig> tasks) {
    List<Row> rows = new ArrayList<>();
    for (TaskConfig task : tasks) {
      if (task.ask() instanceof CodeConfig code) {
        code.ks().forEach(k -> rows.add(RowFactory.create(task.id(), MetricNames.passAt(k), k)));
      }
    }
    return session.createDataFrame(
        rows,
        new StructType()
            .add("task", DataTypes.StringType, false)
            .add("metric", DataTypes.StringType, false)
            .add("k", DataTypes.IntegerType, false));
  }
}
