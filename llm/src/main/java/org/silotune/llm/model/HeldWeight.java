package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.NativeTensor;

/**
 * A weight in native memory.
 *
 * @param form how it is held
 * @param parts its tensors, in the order of {@link WeightText#partCount}
 */
record HeldWeight(WeightForm form, List<NativeTensor> parts) {

  HeldWeight {
    parts = List.copyOf(parts);
  }

  static HeldWeight plain(NativeTensor tensor) {
    return new HeldWeight(WeightForm.PLAIN, List.of(tensor));
  }
}
