package org.silotune.llm.finetune;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import org.silotune.llm.LlmException;

/**
 * The settings of a fine-tune.
 *
 * @param optimizer the optimizer
 * @param learningRate its rate before the schedule, greater than 0
 * @param schedule how the rate moves
 * @param length how many steps or passes
 * @param batchSize examples of an optimizer step; the last step of a pass has what is left
 * @param tokenBudget tokens computed at once: a step's examples are cut into batches of at most
 *     this many tokens, whose gradients add up. Part of the numeric profile
 * @param lossChunk trained positions whose logits are in memory at once. Part of the numeric
 *     profile
 * @param clipNorm the largest global norm of a step's gradient; empty for no clipping
 * @param checkpointing whether layers are recomputed for the backward pass
 * @param threads intra-op threads. Part of the numeric profile
 */
public record FineTuneConfig(
    OptimizerConfig optimizer,
    double learningRate,
    LearningRateSchedule schedule,
    TrainingLength length,
    int batchSize,
    int tokenBudget,
    int lossChunk,
    OptionalDouble clipNorm,
    Checkpointing checkpointing,
    int threads) {

  public FineTuneConfig {
    requireNonNull(optimizer, "optimizer");
    requireNonNull(schedule, "schedule");
    requireNonNull(length, "length");
    requireNonNull(checkpointing, "checkpointing");
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new LlmException("Invalid learning rate %s: must be > 0".formatted(learningRate));
    }
    requirePositive("batch size", batchSize);
    requirePositive("token budget", tokenBudget);
    requirePositive("loss chunk", lossChunk);
    requirePositive("thread count", threads);
    if (clipNorm.isPresent() && !(clipNorm.getAsDouble() > 0)) {
      throw new LlmException("Invalid clip norm %s: must be > 0".formatted(clipNorm.getAsDouble()));
    }
  }

  /** AdamW at 2e-4, constant, one pass, 8 examples a step, clipped at 1, one thread. */
  public static FineTuneConfig defaults() {
    return new FineTuneConfig(
        OptimizerConfig.AdamW.defaults(),
        2e-4,
        LearningRateSchedule.constant(),
        new TrainingLength.Epochs(1),
        /* batchSize= */ 8,
        /* tokenBudget= */ 1024,
        /* lossChunk= */ 256,
        OptionalDouble.of(1),
        Checkpointing.AUTO,
        /* threads= */ 1);
  }

  public FineTuneConfig withOptimizer(OptimizerConfig v) {
    return new FineTuneConfig(
        v,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withLearningRate(double v) {
    return new FineTuneConfig(
        optimizer,
        v,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withSchedule(LearningRateSchedule v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        v,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withLength(TrainingLength v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        v,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withBatchSize(int v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        v,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withTokenBudget(int v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        v,
        lossChunk,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withLossChunk(int v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        v,
        clipNorm,
        checkpointing,
        threads);
  }

  public FineTuneConfig withClipNorm(OptionalDouble v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        v,
        checkpointing,
        threads);
  }

  public FineTuneConfig withCheckpointing(Checkpointing v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        v,
        threads);
  }

  public FineTuneConfig withThreads(int v) {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm,
        checkpointing,
        v);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new LlmException("Invalid %s %d: must be >= 1".formatted(what, value));
    }
  }
}
