package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.NativeTensor;

/**
 * A weight in native memory.
 *
 * @param form how it is held
 * @param parts its tensors, in the order of {@link WeightText#partCount}
 * @param pages what of it lies in mapped files
 */
record HeldWeight(WeightForm form, List<NativeTensor> parts, List<PinnedMapping> pages) {

  HeldWeight {
    parts = List.copyOf(parts);
    pages = List.copyOf(pages);
  }

  static HeldWeight plain(NativeTensor tensor) {
    return new HeldWeight(WeightForm.PLAIN, List.of(tensor), List.of());
  }
}
