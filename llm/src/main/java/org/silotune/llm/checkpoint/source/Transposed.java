package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;
import org.silotune.llm.checkpoint.quant.RowOrder;

/**
 * Swaps rows and columns: GPT-2 multiplies from the other side (its layers are {@code Conv1D}, (in,
 * out)), and GGUF files hold its matrices as (out, in).
 */
final class Transposed implements TensorTransform {

  @Override
  public long[] shape(GgufTensor tensor) {
    long[] shape = tensor.shape();
    if (shape.length != 2 || tensor.elementCount() > Integer.MAX_VALUE - 8) {
      throw new LlmException(
          "Cannot transpose tensor %s: not a matrix of fewer than 2^31 values".formatted(tensor));
    }
    return new long[] {shape[1], shape[0]};
  }

  @Override
  public RowOrder order() {
    return RowOrder.TRANSPOSED;
  }

  @Override
  public void copy(GgufTensorReader from, FloatSink to) throws IOException {
    long[] shape = shape(from.tensor());
    int rows = (int) shape[0];
    int columns = (int) shape[1];
    float[] stored = new float[rows * columns];
    from.read(0, stored.length, stored, 0);
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        row[c] = stored[c * rows + r];
      }
      to.floats(row, 0, columns);
    }
  }
}
