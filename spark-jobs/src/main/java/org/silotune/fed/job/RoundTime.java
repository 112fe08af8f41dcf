package org.silotune.fed.job;

import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToDoubleFunction;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;

/**
 * How long a round takes by the rule of 4N: every weight and token costs two operations forward and
 * two backward, recomputed layers two more; the head counts where tokens carry loss. Over the speed
 * of matrix products, of which a fine-tune reaches a share.
 *
 * @param productFlops measured operations a second of one computing thread
 * @param share what a fine-tune reaches of them
 * @param slots silos that train at once
 * @param trainSeconds of the local updates of a round
 * @param validationSeconds of the loss of the validation splits
 */
public record RoundTime(
    double productFlops, double share, int slots, double trainSeconds, double validationSeconds) {

  /** See {@code docs/benchmarks.md}: 0.6 to 0.75 and 0.45 to 0.5 of the peak. */
  private static final double FLOAT32_SHARE = 0.65;

  private static final double BFLOAT16_SHARE = 0.48;

  private static final double FORWARD = 2;
  private static final double BOTH = 4;

  /**
   * Returns the time.
   *
   * @param threadFlops measured operations a second of one computing thread
   * @param taskThreads computing threads of a task
   * @param slots silos that train at once, in the order given
   */
  static RoundTime of(
      DecoderModel model,
      boolean recompute,
      List<SiloLoad> cohort,
      List<SiloLoad> silos,
      double threadFlops,
      int taskThreads,
      int slots) {
    double share = model.compute() == ComputeType.FLOAT32 ? FLOAT32_SHARE : BFLOAT16_SHARE;
    double speed = threadFlops * taskThreads * share;
    double layers = layerWeights(model);
    double head = (double) model.config().vocabularySize() * model.config().hiddenSize();
    double perToken = layers * (recompute ? BOTH + FORWARD : BOTH);
    return new RoundTime(
        threadFlops,
        share,
        slots,
        span(cohort, slots, s -> perToken * s.tokens() + BOTH * head * s.trainedTokens()) / speed,
        span(
                silos,
                slots,
                s -> FORWARD * (layers * s.validationTokens() + head * s.validationTrainedTokens()))
            / (threadFlops * share)); // a silo is scored by one thread, whatever its task has
  }

  /** Returns the seconds of a round that scores validation. */
  public double seconds() {
    return trainSeconds + validationSeconds;
  }

  /** The end of the last silo, where each begins as a slot is free. */
  private static double span(List<SiloLoad> silos, int slots, ToDoubleFunction<SiloLoad> cost) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int slot = 0; slot < slots; slot++) {
      free.add(0.0);
    }
    double end = 0;
    for (SiloLoad silo : silos) {
      double done = free.remove() + cost.applyAsDouble(silo);
      end = Math.max(end, done);
      free.add(done);
    }
    return end;
  }

  private static double layerWeights(DecoderModel model) {
    return model.config().layerCount()
        * model.linears().stream().mapToDouble(l -> (double) l.inputSize() * l.outputSize()).sum();
  }
}
