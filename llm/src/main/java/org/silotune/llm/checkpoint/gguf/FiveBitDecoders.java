package org.silotune.llm.checkpoint.gguf;

/**
 * Q5_0 and Q5_1: 32 values of 5 bits with a scale, and for Q5_1 a minimum.
 *
 * <pre>
 * Q5_0, 22 bytes: half d; uint32 h; byte[16] q             x = d * (v - 16)
 * Q5_1, 24 bytes: half d; half m; uint32 h; byte[16] q     x = d * v + m
 * </pre>
 *
 * The low four bits of v lie as in {@link FourBitDecoders}, the fifth of value j is bit j of h.
 * Source: ggml-quants.c, {@code dequantize_row_q5_0} and {@code _q5_1}.
 */
final class FiveBitDecoders {

  private static final int HALF_BLOCK = 16;

  private FiveBitDecoders() {}

  static void q5v0(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 22;
      int out = offset + block * 32;
      float d = LittleEndian.halfAt(blocks, at);
      int high = LittleEndian.intAt(blocks, at + 2);
      for (int j = 0; j < HALF_BLOCK; j++) {
        int q = blocks[at + 6 + j];
        into[out + j] = d * (((q & 0xf) | (((high >>> j) & 1) << 4)) - 16);
        into[out + HALF_BLOCK + j] =
            d * ((((q >> 4) & 0xf) | (((high >>> (j + HALF_BLOCK)) & 1) << 4)) - 16);
      }
    }
  }

  static void q5v1(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 24;
      int out = offset + block * 32;
      float d = LittleEndian.halfAt(blocks, at);
      float m = LittleEndian.halfAt(blocks, at + 2);
      int high = LittleEndian.intAt(blocks, at + 4);
      for (int j = 0; j < HALF_BLOCK; j++) {
        int q = blocks[at + 8 + j];
        into[out + j] = d * ((q & 0xf) | (((high >>> j) & 1) << 4)) + m;
        into[out + HALF_BLOCK + j] =
            d * (((q >> 4) & 0xf) | (((high >>> (j + HALF_BLOCK)) & 1) << 4)) + m;
      }
    }
  }
}
