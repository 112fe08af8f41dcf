package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.silotune.eval.score.Bootstrap;
import org.silotune.eval.score.Interval;
import org.silotune.eval.score.MetricNames;
import org.silotune.eval.score.Pooling;
import org.silotune.eval.score.Score;
import org.silotune.eval.task.TaskConfig;

/**
 * The rows of the table {@code evaluations}: what {@link ScoreQuery} gathers, added up. A group, or
 * a task, of which nothing was scored has its rows too.
 */
final class TaskScores {

  /** What a task's rows are about: all examples, which come first, or those of one group. */
  private record Scope(boolean ofAll, String group) implements Comparable<Scope> {

    private static final Scope ALL = new Scope(true, "");

    @Override
    public int compareTo(Scope other) {
      return Comparator.comparing(Scope::ofAll, Comparator.reverseOrder())
          .thenComparing(Scope::group)
          .compare(this, other);
    }

    String silo() {
      return ofAll ? TaskScore.ALL : group;
    }
  }

  private final Bootstrap bootstrap;
  private final TaskConfig task;
  private final SortedMap<String, SortedMap<Scope, List<Score>>> scored = new TreeMap<>();
  private final SortedMap<Scope, Long> notRun = new TreeMap<>();

  private TaskScores(Bootstrap bootstrap, TaskConfig task, List<Row> gathered, List<Row> notRun) {
    this.bootstrap = bootstrap;
    this.task = task;
    for (Row row : gathered) {
      if (row.getString(0).equals(task.id())) {
        String metric = row.getString(1);
        List<Score> scores =
            row.<Row>getList(4).stream()
                .map(each -> new Score(metric, each.getDouble(1), each.getDouble(2)))
                .toList();
        scored
            .computeIfAbsent(metric, each -> new TreeMap<>())
            .put(new Scope(row.getBoolean(2), row.getString(3)), scores);
      }
    }
    for (Row row : notRun) {
      if (row.getString(0).equals(task.id())) {
        this.notRun.put(new Scope(row.getBoolean(1), row.getString(2)), row.getLong(3));
      }
    }
  }

  /** Returns the rows in the order of the tasks, of each metric that of all examples first. */
  static List<TaskScore> of(ScoreQuery query, List<TaskConfig> tasks, Bootstrap bootstrap) {
    List<Row> gathered = query.gathered();
    List<Row> notRun = query.notRun();
    return tasks.stream()
        .flatMap(task -> new TaskScores(bootstrap, task, gathered, notRun).rows().stream())
        .toList();
  }

  private List<TaskScore> rows() {
    List<TaskScore> rows = new ArrayList<>();
    SortedSet<Scope> scopes = scopes();
    for (String metric : MetricNames.of(task)) {
      List<TaskScore> ofMetric = scopes.stream().map(scope -> score(metric, scope)).toList();
      rows.add(withGroups(ofMetric.get(0), ofMetric.subList(1, ofMetric.size())));
      rows.addAll(ofMetric.subList(1, ofMetric.size()));
    }
    return rows;
  }

  /** All examples, and the groups where the task has some. */
  private SortedSet<Scope> scopes() {
    SortedSet<Scope> scopes = new TreeSet<>(List.of(Scope.ALL));
    if (task.source().group().isPresent()) {
      scopes.addAll(notRun.keySet());
      scored.values().forEach(ofMetric -> scopes.addAll(ofMetric.keySet()));
    }
    return scopes;
  }

  private TaskScore score(String metric, Scope scope) {
    List<Score> scores =
        scored.getOrDefault(metric, new TreeMap<>()).getOrDefault(scope, List.of());
    Optional<Interval> interval =
        scores.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Interval.of(
                    bootstrap,
                    "%s %s %s".formatted(task.id(), metric, scope.silo()),
                    Pooling.ofMetric(metric),
                    scores));
    return TaskScore.of(
        task.id(), metric, scope.silo(), scores.size(), notRun.getOrDefault(scope, 0L), interval);
  }

  private static TaskScore withGroups(TaskScore all, List<TaskScore> groups) {
    Comparator<TaskScore> worse = Comparator.comparingDouble(each -> each.score().orElseThrow());
    if (Pooling.smallerIsBetter(all.metric())) {
      worse = worse.reversed();
    }
    List<TaskScore> scored =
        groups.stream().filter(each -> each.score().isPresent()).sorted(worse).toList();
    if (scored.isEmpty()) {
      return all;
    }
    double worst = scored.get(0).score().orElseThrow();
    double best = scored.get(scored.size() - 1).score().orElseThrow();
    return all.withGroups(scored.get(0).silo(), worst, Math.abs(best - worst));
  }
}
