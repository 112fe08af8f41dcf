package org.silotune.llm.finetune;

import java.util.function.BooleanSupplier;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.ModelOptions;

/**
 * Whether a backward pass recomputes each layer from its input instead of keeping everything it
 * computed (arXiv 1604.06174). Gradients have the same bits either way; memory and time differ.
 */
public enum Checkpointing {
  ON,
  OFF,
  /**
   * Recomputes on a quantised or offloaded base, and where the {@linkplain
   * org.silotune.llm.plan.TrainingMemory#plan predicted peak} of keeping is more than the process
   * may take.
   */
  AUTO;

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

  /**
   * Returns whether a fine-tune recomputes.
   *
   * @param layerByLayer whether the base is quantised or offloaded
   * @param keepingFits whether there is memory to keep all layers
   */
  public boolean recomputes(boolean layerByLayer, BooleanSupplier keepingFits) {
    return switch (this) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> layerByLayer || !keepingFits.getAsBoolean();
    };
  }
}
