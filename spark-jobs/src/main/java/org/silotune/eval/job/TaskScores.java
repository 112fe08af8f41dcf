package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.silotune.eval.score.Bootstrap;
import org.silotune.eval.score.MetricNames;
import org.silotune.eval.score.Pooling;
import org.silotune.eval.score.Score;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.TaskConfig;

/** The rows of the table {@code evaluations}: what {@link ScoreQuery} gathers, added up. */
final class TaskScores {

  private final Bootstrap bootstrap;
  private final SortedMap<String, Long> notRun = new TreeMap<>();

  private TaskScores(Bootstrap bootstrap, List<Row> notRun) {
    this.bootstrap = bootstrap;
    notRun.forEach(row -> this.notRun.put(key(row.getString(0), row.getString(1)), row.getLong(2)));
  }

  /** Returns the rows in the order of the tasks, of each metric that of all examples first. */
  static List<TaskScore> of(ScoreQuery query, List<TaskConfig> tasks, Bootstrap bootstrap) {
    TaskScores scores = new TaskScores(bootstrap, query.notRun());
    List<Row> gathered = query.gathered();
    List<TaskScore> all = new ArrayList<>();
    for (TaskConfig task : tasks) {
      List<TaskScore> ofTask =
          gathered.stream()
              .filter(row -> row.getString(0).equals(task.id()))
              .map(scores::score)
              .filter(score -> !score.silo().isEmpty())
              .sorted(Comparator.comparing(TaskScore::metric).thenComparing(TaskScore::silo))
              .toList();
      ofTask.forEach(score -> all.add(score.isOfAll() ? withGroups(score, ofTask) : score));
      if (ofTask.isEmpty()) {
        all.add(scores.nothingScored(task));
      }
    }
    return all;
  }

  private TaskScore score(Row row) {
    String task = row.getString(0);
    String metric = row.getString(1);
    String silo = row.getString(2);
    List<Score> scores =
        row.<Row>getList(3).stream()
            .map(each -> new Score(metric, each.getDouble(1), each.getDouble(2)))
            .toList();
    Bootstrap.Interval interval =
        bootstrap.of("%s %s %s".formatted(task, metric, silo), Pooling.ofMetric(metric), scores);
    return new TaskScore(
        task,
        metric,
        silo,
        scores.size(),
        notRun.getOrDefault(key(task, silo), 0L),
        OptionalDouble.of(interval.score()),
        OptionalDouble.of(interval.low()),
        OptionalDouble.of(interval.high()),
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static TaskScore withGroups(TaskScore all, List<TaskScore> scores) {
    Comparator<TaskScore> worse = Comparator.comparingDouble(each -> each.score().orElseThrow());
    if (Pooling.smallerIsBetter(all.metric())) {
      worse = worse.reversed();
    }
    List<TaskScore> groups =
        scores.stream()
            .filter(each -> !each.isOfAll() && each.metric().equals(all.metric()))
            .sorted(worse)
            .toList();
    if (groups.isEmpty()) {
      return all;
    }
    double worst = groups.get(0).score().orElseThrow();
    double best = groups.get(groups.size() - 1).score().orElseThrow();
    return all.withGroups(groups.get(0).silo(), worst, Math.abs(best - worst));
  }

  /** A task of which nothing could be run is in the table too. */
  private TaskScore nothingScored(TaskConfig task) {
    String metric =
        task.ask() instanceof CodeConfig code ? MetricNames.passAt(code.ks().get(0)) : "";
    return new TaskScore(
        task.id(),
        metric,
        TaskScore.ALL,
        0,
        notRun.getOrDefault(key(task.id(), TaskScore.ALL), 0L),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static String key(String task, String silo) {
    return task + "\n" + silo;
  }
}
