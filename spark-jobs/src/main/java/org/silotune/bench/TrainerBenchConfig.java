package org.silotune.bench;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.finetune.Checkpointing;

/**
 * What a measurement of the trainer runs: LoRA of rank 8 on q, k, v and o with AdamW.
 *
 * @param batch examples of a step, over all tasks
 * @param tokenBudget tokens of a micro-batch, the unit that tasks and workers compute
 * @param checkpointing whether layers are recomputed
 * @param tasks fine-tunes at once, each with {@code batch / tasks} examples a step
 * @param workers threads of a task that compute micro-batches
 * @param threads of every operator
 * @param steps measured
 * @param warmUp steps before
 */
public record TrainerBenchConfig(
    int batch,
    int tokenBudget,
    Checkpointing checkpointing,
    int tasks,
    int workers,
    int threads,
    int steps,
    int warmUp) {

  public TrainerBenchConfig {
    requireNonNull(checkpointing, "checkpointing");
    Counts.requirePositive("batch", batch);
    Counts.requirePositive("tokens", tokenBudget);
    Counts.requirePositive("tasks", tasks);
    Counts.requirePositive("workers", workers);
    Counts.requirePositive("threads", threads);
    Counts.requirePositive("steps", steps);
    Counts.requireNotNegative("warm-up", warmUp);
    if (batch % tasks != 0) {
      throw new IllegalArgumentException(
          "Invalid batch: %d is not a multiple of the %d tasks".formatted(batch, tasks));
    }
  }
}
