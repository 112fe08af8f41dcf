package org.silotune.llm.checkpoint.gguf;

/**
 * Q4_0 and Q4_1: 32 values of 4 bits with a scale, and for Q4_1 a minimum.
 *
 * <pre>
 * Q4_0, 18 bytes: half d; byte[16] q             x = d * (q - 8)
 * Q4_1, 20 bytes: half d; half m; byte[16] q     x = d * q + m
 * </pre>
 *
 * Byte j of q holds value j in its low and value j + 16 in its high half. Source: ggml-quants.c,
 * {@code dequantize_row_q4_0} and {@code _q4_1}.
 */
final class FourBitDecoders {

  private static final int HALF_BLOCK = 16;

  private FourBitDecoders() {}

  static void q4v0(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 18;
      int out = offset + block * 32;
      float d = LittleEndian.halfAt(blocks, at);
      for (int j = 0; j < HALF_BLOCK; j++) {
        int q = blocks[at + 2 + j];
        into[out + j] = d * ((q & 0xf) - 8);
        into[out + HALF_BLOCK + j] = d * (((q >> 4) & 0xf) - 8);
      }
    }
  }

  static void q4v1(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 20;
      int out = offset + block * 32;
      float d = LittleEndian.halfAt(blocks, at);
      float m = LittleEndian.halfAt(blocks, at + 2);
      for (int j = 0; j < HALF_BLOCK; j++) {
        int q = blocks[at + 4 + j];
        into[out + j] = d * (q & 0xf) + m;
        into[out + HALF_BLOCK + j] = d * ((q >> 4) & 0xf) + m;
      }
    }
  }
}
