package org.silotune.llm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/** Widens stored 16-bit or 32-bit floats into a float array. */
public final class FloatReader {

  private FloatReader() {}

  /**
   * Reads all remaining elements of {@code values} into {@code into} from {@code offset} on.
   *
   * @param dtype a type that {@linkplain DType#readsAsFloat() reads as float}
   * @return the number of elements read
   */
  public static int read(DType dtype, ByteBuffer values, float[] into, int offset) {
    int count = values.remaining() / dtype.byteSize();
    if (dtype == DType.F32) {
      values.asFloatBuffer().get(into, offset, count);
      return count;
    }
    ShortBuffer bits = values.asShortBuffer();
    if (dtype == DType.F16) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = HalfFloats.fromF16(bits.get(i));
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[offset + i] = HalfFloats.fromBf16(bits.get(i));
      }
    }
    return count;
  }
}
