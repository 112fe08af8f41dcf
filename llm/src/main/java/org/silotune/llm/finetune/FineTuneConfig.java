package org.silotune.llm.finetune;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.silotune.llm.LlmException;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.plan.TrainedModel;
import org.silotune.llm.plan.TrainingMemory;
import org.silotune.llm.plan.TrainingShape;

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
 * @param lossScale how losses are scaled where products are float16; not read elsewhere
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
    LossScaling lossScale,
    int threads) {

  public FineTuneConfig {
    requireNonNull(optimizer, "optimizer");
    requireNonNull(schedule, "schedule");
    requireNonNull(length, "length");
    requireNonNull(checkpointing, "checkpointing");
    requireNonNull(lossScale, "lossScale");
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
        /* lossChunk= */ 128,
        OptionalDouble.of(1),
        Checkpointing.AUTO,
        LossScaling.defaults(),
        /* threads= */ 1);
  }

  /**
   * Returns how a task computes, with layers kept or recomputed as the memory has it.
   *
   * @param longestExample tokens of the longest example
   * @param workers threads that compute micro-batches at once
   */
  public TrainingShape shape(
      TrainedModel model, int longestExample, int workers, MemoryLimit memory) {
    TrainingShape keeping =
        new TrainingShape(
            TrainingShape.largestBatch(tokenBudget, longestExample, batchSize),
            longestExample,
            lossChunk,
            workers,
            optimizer.momentCount(),
            /* recompute= */ false);
    return keeping.withRecompute(
        checkpointing.recomputes(
            model.base().layerByLayer(),
            () -> memory.holds(TrainingMemory.plan(model, keeping, memory.tasks()))));
  }

  public FineTuneConfig withOptimizer(OptimizerConfig v) {
    return but(draft -> draft.optimizer = v);
  }

  public FineTuneConfig withLearningRate(double v) {
    return but(draft -> draft.learningRate = v);
  }

  public FineTuneConfig withSchedule(LearningRateSchedule v) {
    return but(draft -> draft.schedule = v);
  }

  public FineTuneConfig withLength(TrainingLength v) {
    return but(draft -> draft.length = v);
  }

  public FineTuneConfig withBatchSize(int v) {
    return but(draft -> draft.batchSize = v);
  }

  public FineTuneConfig withTokenBudget(int v) {
    return but(draft -> draft.tokenBudget = v);
  }

  public FineTuneConfig withLossChunk(int v) {
    return but(draft -> draft.lossChunk = v);
  }

  public FineTuneConfig withClipNorm(OptionalDouble v) {
    return but(draft -> draft.clipNorm = v);
  }

  public FineTuneConfig withCheckpointing(Checkpointing v) {
    return but(draft -> draft.checkpointing = v);
  }

  public FineTuneConfig withLossScale(LossScaling v) {
    return but(draft -> draft.lossScale = v);
  }

  public FineTuneConfig withThreads(int v) {
    return but(draft -> draft.threads = v);
  }

  private FineTuneConfig but(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** Settings of which one changes. */
  private static final class Draft {
    private OptimizerConfig optimizer;
    private double learningRate;
    private LearningRateSchedule schedule;
    private TrainingLength length;
    private int batchSize;
    private int tokenBudget;
    private int lossChunk;
    private OptionalDouble clipNorm;
    private Checkpointing checkpointing;
    private LossScaling lossScale;
    private int threads;

    Draft(FineTuneConfig from) {
      optimizer = from.optimizer;
      learningRate = from.learningRate;
      schedule = from.schedule;
      length = from.length;
      batchSize = from.batchSize;
      tokenBudget = from.tokenBudget;
      lossChunk = from.lossChunk;
      clipNorm = from.clipNorm;
      checkpointing = from.checkpointing;
      lossScale = from.lossScale;
      threads = from.threads;
    }

    FineTuneConfig config() {
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
          lossScale,
          threads);
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new LlmException("Invalid %s %d: must be >= 1".formatted(what, value));
    }
  }
}
