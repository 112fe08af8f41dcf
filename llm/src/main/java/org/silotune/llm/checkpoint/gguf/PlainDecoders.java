package org.silotune.llm.checkpoint.gguf;

import org.silotune.llm.checkpoint.HalfFloats;

/** F32, F16 and BF16: one value a block, widened. */
final class PlainDecoders {

  private PlainDecoders() {}

  static void f32(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int i = 0; i < blockCount; i++) {
      into[offset + i] = Float.intBitsToFloat(LittleEndian.intAt(blocks, i * Float.BYTES));
    }
  }

  static void f16(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int i = 0; i < blockCount; i++) {
      into[offset + i] = LittleEndian.halfAt(blocks, i * Short.BYTES);
    }
  }

  static void bf16(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int i = 0; i < blockCount; i++) {
      into[offset + i] = HalfFloats.fromBf16(LittleEndian.shortAt(blocks, i * Short.BYTES));
    }
  }
}
