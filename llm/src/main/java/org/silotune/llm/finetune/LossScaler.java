package org.silotune.llm.finetune;

import org.silotune.llm.model.ComputeType;

/**
 * The scale of one fine-tune's losses, step by step. In float16 it doubles after the growth
 * interval's steps and halves where a step's gradient is not finite, so that the step is tried
 * again; in other types it is 1 and stays.
 */
final class LossScaler {

  private final int growthInterval;
  private final boolean dynamic;
  private double scale;
  private int goodInARow;
  private long repeats;

  private LossScaler(boolean dynamic, double scale, int growthInterval) {
    this.dynamic = dynamic;
    this.scale = scale;
    this.growthInterval = growthInterval;
  }

  /** Returns the scaler that products of a type need: there is no float16 without one. */
  static LossScaler of(ComputeType compute, LossScaling scaling) {
    return compute == ComputeType.FLOAT16
        ? new LossScaler(/* dynamic= */ true, scaling.initial(), scaling.growthInterval())
        : new LossScaler(/* dynamic= */ false, 1, scaling.growthInterval());
  }

  /** Returns what the next step's losses are multiplied with before its backward pass. */
  double scale() {
    return scale;
  }

  /** Returns how often a step was tried again. */
  long repeats() {
    return repeats;
  }

  /** Takes note of a step whose gradient was finite. */
  void made() {
    goodInARow++;
    if (dynamic && goodInARow == growthInterval) {
      scale = Math.min(2 * scale, LossScaling.LARGEST);
      goodInARow = 0;
    }
  }

  /**
   * Takes note of a gradient that was not finite.
   *
   * @return whether the same step may do better with half the scale; not where nothing was scaled,
   *     so that it is not the scale's fault
   */
  boolean halve() {
    if (!dynamic || scale == 1) {
      return false;
    }
    scale /= 2;
    goodInARow = 0;
    repeats++;
    return true;
  }
}
