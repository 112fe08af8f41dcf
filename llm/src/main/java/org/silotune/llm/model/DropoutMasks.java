package org.silotune.llm.model;

import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * Where dropout masks come from. The same layer, module and step give the same mask as often as
 * asked, so that a recomputed layer equals the first.
 */
public interface DropoutMasks {

  /**
   * Returns the mask of one adapted map, uint8 (N, width) with 1 = keep, owned by {@code scope}.
   *
   * @param layer the layer
   * @param module the map's place among the adapted ones of its layer
   * @param rows N
   * @param width the width of the map's input
   */
  NativeTensor mask(NativeScope scope, int layer, int module, int rows, int width);

  /** Returns what makes up for what is left out, {@code 1 / (1 - p)}. */
  double compensation();
}
