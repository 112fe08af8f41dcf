package org.silotune.llm.checkpoint.gguf;

/**
 * Q4_0, Q4_1, Q5_0 and Q5_1: 32 values of 4 or 5 bits with a scale, and for the second of each a
 * minimum.
 *
 * <pre>
 * Q4_0, 18 bytes: half d; byte[16] q                       x = d * (v - 8)
 * Q4_1, 20 bytes: half d; half m; byte[16] q               x = d * v + m
 * Q5_0, 22 bytes: half d; uint32 h; byte[16] q             x = d * (v - 16)
 * Q5_1, 24 bytes: half d; half m; uint32 h; byte[16] q     x = d * v + m
 * </pre>
 *
 * Byte j of q holds the low four bits of value j in its low and those of value j + 16 in its high
 * half; the fifth bit of value j is bit j of h. Source: ggml-quants.c, {@code dequantize_row_q4_0}
 * to {@code _q5_1}.
 */
final class NibbleDecoders {

  private static final int VALUES = 32;
  private static final int HALF_BLOCK = 16;
  private static final int NO_FIFTH_BITS = 0;

  private NibbleDecoders() {}

  static void q4v0(byte[] blocks, int blockCount, float[] into, int offset) {
    int[] v = new int[VALUES];
    for (int block = 0; block < blockCount; block++) {
      int at = block * 18;
      unpack(blocks, at + 2, NO_FIFTH_BITS, v);
      centred(v, LittleEndian.halfAt(blocks, at), 8, into, offset + block * VALUES);
    }
  }

  static void q4v1(byte[] blocks, int blockCount, float[] into, int offset) {
    int[] v = new int[VALUES];
    for (int block = 0; block < blockCount; block++) {
      int at = block * 20;
      unpack(blocks, at + 4, NO_FIFTH_BITS, v);
      aboveMinimum(v, blocks, at, into, offset + block * VALUES);
    }
  }

  static void q5v0(byte[] blocks, int blockCount, float[] into, int offset) {
    int[] v = new int[VALUES];
    for (int block = 0; block < blockCount; block++) {
      int at = block * 22;
      unpack(blocks, at + 6, LittleEndian.intAt(blocks, at + 2), v);
      centred(v, LittleEndian.halfAt(blocks, at), 16, into, offset + block * VALUES);
    }
  }

  static void q5v1(byte[] blocks, int blockCount, float[] into, int offset) {
    int[] v = new int[VALUES];
    for (int block = 0; block < blockCount; block++) {
      int at = block * 24;
      unpack(blocks, at + 8, LittleEndian.intAt(blocks, at + 4), v);
      aboveMinimum(v, blocks, at, into, offset + block * VALUES);
    }
  }

  private static void unpack(byte[] blocks, int at, int fifthBits, int[] v) {
    for (int j = 0; j < HALF_BLOCK; j++) {
      int q = blocks[at + j];
      v[j] = (q & 0xf) | (((fifthBits >>> j) & 1) << 4);
      v[j + HALF_BLOCK] = ((q >> 4) & 0xf) | (((fifthBits >>> (j + HALF_BLOCK)) & 1) << 4);
    }
  }

  private static void centred(int[] v, float d, int centre, float[] into, int offset) {
    for (int j = 0; j < VALUES; j++) {
      into[offset + j] = d * (v[j] - centre);
    }
  }

  /** The block at {@code at} begins with the scale and the minimum. */
  private static void aboveMinimum(int[] v, byte[] blocks, int at, float[] into, int offset) {
    float d = LittleEndian.halfAt(blocks, at);
    float m = LittleEndian.halfAt(blocks, at + 2);
    for (int j = 0; j < VALUES; j++) {
      into[offset + j] = d * v[j] + m;
    }
  }
}
