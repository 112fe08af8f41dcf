package org.silotune.llm.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to set so that a fine-tune takes less, from what costs least speed on: recomputed layers,
 * smaller micro-batches, fewer workers, fewer tasks at once. Of a model on a GPU it is the GPU's
 * memory.
 *
 * @param settings what to set, for people
 * @param plan what is then taken
 */
public record LeanerSettings(String settings, MemoryPlan plan) {

  private static final int SMALLEST_BUDGET = 64;

  /** Returns the first settings whose predicted peak is at most {@code bytes}. */
  public static Optional<LeanerSettings> within(
      long bytes, TrainedModel model, TrainingShape shape, int tasks) {
    return all(model, shape, tasks).stream()
        .filter(leaner -> leaner.plan().peakBytes() <= bytes)
        .findFirst();
  }

  /** Returns the settings that take least. */
  public static Optional<LeanerSettings> leanest(
      TrainedModel model, TrainingShape shape, int tasks) {
    List<LeanerSettings> all = all(model, shape, tasks);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** Every setting holds those before it. */
  private static List<LeanerSettings> all(TrainedModel model, TrainingShape shape, int tasks) {
    List<LeanerSettings> all = new ArrayList<>();
    List<String> said = new ArrayList<>();
    TrainingShape leaner = shape;
    if (!shape.recompute()) {
      leaner = leaner.withRecompute(true);
      said.add("checkpointing on");
      all.add(of(said, model, leaner, tasks));
    }
    int least = Math.max(shape.longestExample(), Math.min(SMALLEST_BUDGET, shape.tokens()));
    int place = said.size();
    while (leaner.tokens() > least) {
      leaner = leaner.withTokens(Math.max(least, leaner.tokens() / 2));
      while (said.size() > place) {
        said.remove(place);
      }
      said.add("token-budget %d".formatted(leaner.tokens()));
      all.add(of(said, model, leaner, tasks));
    }
    if (shape.workers() > 1) {
      leaner = leaner.withWorkers(1);
      said.add("one core a task (spark.task.cpus)");
      all.add(of(said, model, leaner, tasks));
    }
    if (tasks > 1) {
      said.add(
          model.isOnGpu()
              ? "one task a GPU (spark.task.resource.gpu.amount)"
              : "one task at a time (spark.executor.cores)");
      all.add(of(said, model, leaner, 1));
    }
    return all;
  }

  private static LeanerSettings of(
      List<String> said, TrainedModel model, TrainingShape shape, int tasks) {
    return new LeanerSettings(
        String.join(", ", said),
        model.isOnGpu()
            ? TrainingMemory.ofGpu(model, shape, tasks)
            : TrainingMemory.plan(model, shape, tasks));
  }
}
