package org.silotune.llm.checkpoint.gguf;

/**
 * Q4_K and Q5_K: 256 values in eight groups of 32, each with a 6-bit scale and minimum.
 *
 * <pre>
 * Q4_K, 144 bytes: half d; half m; byte[12] scales; byte[128] q
 * Q5_K, 176 bytes: half d; half m; byte[12] scales; byte[32] h; byte[128] q
 * x = (d * scale) * v - (m * minimum)
 * </pre>
 *
 * Groups 2i and 2i + 1 are the low and the high halves of bytes 32i to 32i + 31 of q; the fifth bit
 * of value j of group g is bit g of byte j of h. Scales: {@link KScales}. Source: ggml-quants.c,
 * {@code dequantize_row_q4_K} and {@code _q5_K}.
 */
final class MinimumKDecoders {

  private static final int VALUES = 256;
  private static final int GROUP = 32;

  /** Bytes before the quantised values: d, m and the scales. */
  private static final int HEAD = 16;

  private MinimumKDecoders() {}

  static void q4k(byte[] blocks, int blockCount, float[] into, int offset) {
    decode(blocks, blockCount, into, offset, 0);
  }

  static void q5k(byte[] blocks, int blockCount, float[] into, int offset) {
    decode(blocks, blockCount, into, offset, 32);
  }

  /** Decodes blocks whose values have their fifth bits in {@code highBytes} bytes, or have none. */
  private static void decode(
      byte[] blocks, int blockCount, float[] into, int offset, int highBytes) {
    int blockBytes = HEAD + highBytes + VALUES / 2;
    for (int block = 0; block < blockCount; block++) {
      int at = block * blockBytes;
      float d = LittleEndian.halfAt(blocks, at);
      float m = LittleEndian.halfAt(blocks, at + 2);
      int high = at + HEAD;
      for (int group = 0; group < 8; group++) {
        float scale = d * KScales.scale(blocks, at + 4, group);
        float minimum = m * KScales.minimum(blocks, at + 4, group);
        int q = high + highBytes + group / 2 * GROUP;
        int shift = group % 2 * 4;
        int out = offset + block * VALUES + group * GROUP;
        for (int j = 0; j < GROUP; j++) {
          int fifth = highBytes == 0 ? 0 : (blocks[high + j] >> group) & 1;
          int v = ((blocks[q + j] >> shift) & 0xf) | (fifth << 4);
          into[out + j] = scale * v - minimum;
        }
      }
    }
  }
}
