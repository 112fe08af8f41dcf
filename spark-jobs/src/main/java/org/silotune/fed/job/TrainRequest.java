package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.run.ResolvedConfig;
import org.silotune.llm.finetune.LearningRateSchedule.Shape;

/**
 * What to train and where to.
 *
 * @param config the experiment
 * @param resolved every key of it with its value, as it is recorded
 * @param data raw data or a prepared folder, in place of the experiment's own source
 * @param output folder of runs, a path or URI
 * @param runId the run's name in it
 */
public record TrainRequest(
    ExperimentConfig config,
    SortedMap<String, String> resolved,
    Optional<String> data,
    String output,
    String runId) {

  private static final Set<String> PLACES =
      Set.of(
          "data",
          "data.source.dataset", // its files and columns are keys of their own
          "data.source.path",
          "data.source.uri",
          "data.source.table",
          "data.stages.contamination.paths",
          "data.stages.contamination.uris");

  /**
   * What concerns the cluster: how silos are recovered, where they run, what their hosts hold in
   * memory, where Spark runs.
   */
  private static final List<String> CLUSTER =
      List.of("federated.recovery.", "placement.", "precision.offload", "spark.");

  /** What {@code prepare} alone looks at. */
  private static final List<String> PREPARING = List.of("data.incremental", "data.sink");

  /** Returns what is recorded of the configuration: with where the data came from. */
  ResolvedConfig recorded() {
    var values = new TreeMap<>(resolved);
    data.ifPresent(place -> values.put("data", place));
    return new ResolvedConfig(values);
  }

  /** Whether the data lies where a run found it when it was recorded. */
  boolean isFromPlaceOf(ResolvedConfig before) {
    return before.differences(recorded(), key -> !PLACES.contains(key)).isEmpty();
  }

  /**
   * Whether a run may change this key between starts: the number of rounds, unless the learning
   * rate of the rounds already made depends on it, what concerns the cluster or {@code prepare}
   * alone, and where the data lies, for data is compared by its content.
   */
  boolean mayChange(String key) {
    if (PLACES.contains(key)) {
      return true;
    }
    if (key.equals("federated.rounds")) {
      return config.federated().scheduleSpan() == ScheduleSpan.ROUND
          || config.local().schedule().shape() == Shape.CONSTANT;
    }
    return Stream.concat(CLUSTER.stream(), PREPARING.stream()).anyMatch(key::startsWith);
  }
}
