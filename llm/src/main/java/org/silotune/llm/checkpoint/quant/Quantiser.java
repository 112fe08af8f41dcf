package org.silotune.llm.checkpoint.quant;

import java.io.IOException;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;

/**
 * Writes the parts of one encoding. A file holds all scales before all codes, so each part is
 * written by itself, from passes over the values; nothing as large as a matrix is on the heap.
 */
public interface Quantiser {

  /**
   * Writes one part.
   *
   * @param matrix what is quantised
   * @param part the index of the part in {@link WeightForm#partNames}
   * @param values of the matrix
   * @throws org.silotune.llm.LlmException if a value is not finite
   */
  void write(TensorInfo matrix, int part, FloatStream values, TensorSink to) throws IOException;

  /** Returns the quantiser that writes {@code encoding}. */
  static Quantiser of(Encoding encoding) {
    return switch (encoding) {
      case INT8, INT8_COLUMNS -> new Int8Quantiser(encoding == Encoding.INT8_COLUMNS);
      case NF4 -> new NormalFloatQuantiser();
      default -> throw new IllegalArgumentException("Cannot quantise to %s".formatted(encoding));
    };
  }
}
