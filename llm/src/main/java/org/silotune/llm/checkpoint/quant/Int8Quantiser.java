package org.silotune.llm.checkpoint.quant;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;

/**
 * Symmetric int8 by output channel: {@code scale = max|x| / 127} over a row (or column), {@code
 * code = rint(x / scale)}, to even where x lies in the middle. A channel of zeros has scale and
 * codes zero.
 */
final class Int8Quantiser implements Quantiser {

  private static final int LARGEST = 127;

  private final boolean byColumn;

  Int8Quantiser(boolean byColumn) {
    this.byColumn = byColumn;
  }

  @Override
  public void write(TensorInfo matrix, int part, FloatStream values, TensorSink to)
      throws IOException {
    float[] scales = scales(matrix, values);
    if (part == 0) {
      writeCodes(matrix, scales, values, to);
    } else {
      to.floats(scales, 0, scales.length);
    }
  }

  private float[] scales(TensorInfo matrix, FloatStream values) throws IOException {
    long[] shape = matrix.shape();
    float[] scales = new float[Math.toIntExact(shape[byColumn ? 1 : 0])];
    long[] at = {0};
    values.read(
        (floats, offset, count) -> {
          for (int i = 0; i < count; i++) {
            int channel = channel(at[0]++, shape[1]);
            float magnitude = FiniteValues.magnitude(matrix, floats[offset + i]);
            scales[channel] = Math.max(scales[channel], magnitude);
          }
        });
    for (int channel = 0; channel < scales.length; channel++) {
      scales[channel] /= LARGEST;
    }
    return scales;
  }

  private void writeCodes(TensorInfo matrix, float[] scales, FloatStream values, TensorSink to)
      throws IOException {
    long columns = matrix.shape()[1];
    long[] at = {0};
    values.read(
        (floats, offset, count) -> {
          byte[] codes = new byte[count];
          for (int i = 0; i < count; i++) {
            float scale = scales[channel(at[0]++, columns)];
            if (scale != 0) {
              double code = Math.rint(floats[offset + i] / scale);
              codes[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, code));
            }
          }
          to.bytes(ByteBuffer.wrap(codes));
        });
  }

  private int channel(long index, long columns) {
    return (int) (byColumn ? index % columns : index / columns);
  }
}
