package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;
import org.silotune.llm.checkpoint.quant.RowOrder;

/**
 * Undoes the order of query and key rows that GGUF files of llama use. There the two coordinates
 * that one angle rotates are neighbours; Hugging Face keeps them half a head apart: of each head of
 * {@code 2d} rows, row {@code 2i + j} goes to {@code j d + i}.
 *
 * <p>Source: {@code _reverse_permute_weights} of transformers' GGUF loader, the inverse of {@code
 * permute} in llama.cpp's converter.
 */
final class RotaryRows implements TensorTransform {

  private final int headCount;

  RotaryRows(int headCount) {
    this.headCount = headCount;
  }

  @Override
  public RowOrder order() {
    return RowOrder.rotary(headCount);
  }

  @Override
  public void copy(GgufTensorReader from, FloatSink to) throws IOException {
    GgufTensor tensor = from.tensor();
    long[] shape = tensor.shape();
    long rows = shape.length == 0 ? 1 : shape[0];
    long perHead = tensor.elementCount() / headCount;
    long columns = tensor.elementCount() / Math.max(1, rows);
    if (rows % (2L * headCount) != 0
        || columns % tensor.type().blockSize() != 0
        || perHead > Integer.MAX_VALUE - 8) {
      throw new LlmException(
          "Cannot convert tensor %s: its rows are not %d heads of an even number of rows of whole blocks"
              .formatted(tensor, headCount));
    }
    float[] stored = new float[(int) perHead];
    float[] ordered = new float[(int) perHead];
    int half = (int) (rows / headCount / 2);
    for (int head = 0; head < headCount; head++) {
      from.read(head * perHead, stored.length, stored, 0);
      for (int i = 0; i < half; i++) {
        for (int j = 0; j < 2; j++) {
          System.arraycopy(
              stored,
              (int) ((2 * i + j) * columns),
              ordered,
              (int) ((j * half + i) * columns),
              (int) columns);
        }
      }
      to.floats(ordered, 0, ordered.length);
    }
  }
}
