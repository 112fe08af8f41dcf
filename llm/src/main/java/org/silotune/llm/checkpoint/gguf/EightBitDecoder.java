package org.silotune.llm.checkpoint.gguf;

/**
 * Q8_0: 32 signed bytes with a scale.
 *
 * <pre>
 * Q8_0, 34 bytes: half d; int8[32] q     x = q * d
 * </pre>
 *
 * Source: ggml-quants.c, {@code dequantize_row_q8_0}.
 */
final class EightBitDecoder {

  private EightBitDecoder() {}

  static void q8v0(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 34;
      int out = offset + block * 32;
      float d = LittleEndian.halfAt(blocks, at);
      for (int j = 0; j < 32; j++) {
        into[out + j] = blocks[at + 2 + j] * d;
      }
    }
  }
}
