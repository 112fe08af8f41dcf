package org.silotune.llm.finetune;

import org.silotune.llm.LlmException;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.ModelOptions;

/**
 * Whether a backward pass recomputes each layer from its input instead of keeping everything it
 * computed (arXiv 1604.06174). Gradients have the same bits either way; memory and time differ.
 */
public enum Checkpointing {
  ON,
  OFF,
  /**
   * Recomputes on a quantised or offloaded base, and where keeping would take more than {@link
   * #KEPT_BYTES_LIMIT}, by an estimate.
   */
  AUTO;

  /** What AUTO lets a batch keep: 2 GiB. */
  static final long KEPT_BYTES_LIMIT = 2L << 30;

  /**
   * Checks this against a base.
   *
   * @throws LlmException if it keeps what autograd needs of a quantised base, which is the base as
   *     floats, or of an offloaded one, which is all of its pages
   */
  public void requireFits(ModelOptions base) {
    requireFits(base.base().isQuantised(), base.offload());
  }

  void requireFits(boolean dequantised, boolean offloaded) {
    if (dequantised && this == OFF) {
      throw new LlmException(
          "Invalid checkpointing off: a quantised base is dequantised layer by layer, and autograd would keep"
              + " every layer's matrices as floats; set auto or on");
    }
    if (offloaded && this == OFF) {
      throw new LlmException(
          "Invalid checkpointing off: layers of an offloaded base leave memory after use, and one backward pass"
              + " through all of them would bring all back; set auto or on");
    }
  }

  /** Returns whether a batch of {@code tokens} recomputes. */
  boolean recomputes(Trainee trainee, int tokens) {
    return switch (this) {
      case ON -> true;
      case OFF -> false;
      case AUTO ->
          trainee.mustRecompute() || keptBytes(trainee.config(), tokens) > KEPT_BYTES_LIMIT;
    };
  }

  /**
   * Estimates what autograd keeps: per token and layer about 14 states of the hidden size, 8 of the
   * query width and 5 of the intermediate size, in float32.
   */
  static long keptBytes(DecoderConfig config, int tokens) {
    long perLayer =
        14L * config.hiddenSize()
            + 8L * config.headCount() * config.headSize()
            + 5L * config.intermediateSize();
    return Float.BYTES * perLayer * config.layerCount() * tokens;
  }
}
