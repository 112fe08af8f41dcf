package org.silotune.llm.checkpoint.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.silotune.llm.checkpoint.HalfFloats;

/** Little-endian values in a byte array. */
final class LittleEndian {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static short shortAt(byte[] bytes, int index) {
    return (short) SHORT.get(bytes, index);
  }

  static int intAt(byte[] bytes, int index) {
    return (int) INT.get(bytes, index);
  }

  /** Returns the binary16 at {@code index}, widened. */
  static float halfAt(byte[] bytes, int index) {
    return HalfFloats.fromF16(shortAt(bytes, index));
  }
}
