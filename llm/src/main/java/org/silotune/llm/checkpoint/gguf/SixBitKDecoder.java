package org.silotune.llm.checkpoint.gguf;

/**
 * Q6_K: 256 values of 6 bits in sixteen groups of 16, each with a signed 8-bit scale.
 *
 * <pre>
 * Q6_K, 210 bytes: byte[128] low; byte[64] high; int8[16] scales; half d     x = (d * scale) * (v - 32)
 * </pre>
 *
 * Of each half of 128 values, run r (0 to 3) of 32 values takes its low four bits from half {@code
 * r / 2} of bytes {@code r % 2 * 32 ...} of the half's 64 low bytes, and its upper two from bits 2r
 * and 2r + 1 of the half's 32 high bytes. Source: ggml-quants.c, {@code dequantize_row_q6_K}.
 */
final class SixBitKDecoder {

  private SixBitKDecoder() {}

  static void q6k(byte[] blocks, int blockCount, float[] into, int offset) {
    for (int block = 0; block < blockCount; block++) {
      int at = block * 210;
      float d = LittleEndian.halfAt(blocks, at + 208);
      for (int group = 0; group < 16; group++) {
        int half = group / 8;
        int run = group / 2 % 4;
        int first = group % 2 * 16;
        int low = at + half * 64 + run % 2 * 32 + first;
        int high = at + 128 + half * 32 + first;
        int lowShift = run / 2 * 4;
        int highShift = run * 2;
        float scale = d * blocks[at + 192 + group];
        int out = offset + block * 256 + group * 16;
        for (int j = 0; j < 16; j++) {
          int v =
              ((blocks[low + j] >> lowShift) & 0xf) | (((blocks[high + j] >> highShift) & 3) << 4);
          into[out + j] = scale * (v - 32);
        }
      }
    }
  }
}
