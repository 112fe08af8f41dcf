package org.silotune.llm.finetune;

import org.silotune.llm.LlmException;
import org.silotune.llm.model.ComputeType;

/**
 * How losses are scaled where products are float16, so that small gradients are not lost on their
 * way down (arXiv 1710.03740, section 3.2). Every fine-tune starts from the first scale: the scale
 * is no state between fine-tunes.
 *
 * @param initial the first scale, a power of two: scaling by one is exact
 * @param growthInterval how many steps in a row have finite gradients before the scale doubles
 */
public record LossScaling(double initial, int growthInterval) {

  /** The largest scale; a loss times it is far from what float32 holds. */
  static final double LARGEST = 0x1p24;

  public LossScaling {
    boolean power = initial == StrictMath.scalb(1.0, Math.getExponent(initial));
    if (!power || initial < 1 || initial > LARGEST) {
      throw new LlmException(
          "Invalid loss scale %s: must be a power of two from 1 to %.0f"
              .formatted(initial, LARGEST));
    }
    if (growthInterval < 1) {
      throw new LlmException(
          "Invalid growth interval %d of the loss scale: must be >= 1".formatted(growthInterval));
    }
  }

  /** Those of PyTorch's {@code GradScaler}: 65536, doubled after 2000 steps. */
  public static LossScaling defaults() {
    return new LossScaling(0x1p16, 2000);
  }

  /**
   * Checks this against the type of the products.
   *
   * @throws LlmException if it is set where nothing is scaled
   */
  public void requireFits(ComputeType compute) {
    if (compute != ComputeType.FLOAT16 && !equals(defaults())) {
      throw new LlmException(
          "Invalid loss scale: losses are scaled where precision.compute is float16 alone, and it is %s; leave local.loss-scale out"
              .formatted(compute.label()));
    }
  }
}
