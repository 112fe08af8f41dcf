package org.silotune.llm.checkpoint.quant;

import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.TensorInfo;

/** What can be quantised: one infinity would take the whole of its scale's range. */
final class FiniteValues {

  private FiniteValues() {}

  /** Returns the magnitude of a value of {@code matrix}. */
  static float magnitude(TensorInfo matrix, float value) {
    float magnitude = Math.abs(value);
    if (!(magnitude < Float.POSITIVE_INFINITY)) {
      throw new LlmException(
          "Cannot quantise tensor %s: it holds %s; use precision.base float32 or repair the file"
              .formatted(matrix.name(), value));
    }
    return magnitude;
  }
}
