package org.silotune.llm.checkpoint.gguf;

/**
 * The eight 6-bit scales and eight 6-bit minima that Q4_K and Q5_K pack into 12 bytes: the first
 * four of each in the low six bits of bytes 0 to 3 and 4 to 7; of the last four, the low four bits
 * in the halves of bytes 8 to 11 and the upper two in the top bits of bytes 0 to 7.
 *
 * <p>Source: ggml-quants.c, {@code get_scale_min_k4}.
 */
final class KScales {

  private KScales() {}

  /** Returns scale {@code group} (0 to 7) of the twelve bytes at {@code at}. */
  static int scale(byte[] blocks, int at, int group) {
    if (group < 4) {
      return blocks[at + group] & 0x3f;
    }
    return (blocks[at + group + 4] & 0xf) | ((blocks[at + group - 4] >> 2) & 0x30);
  }

  /** Returns minimum {@code group} (0 to 7) of the twelve bytes at {@code at}. */
  static int minimum(byte[] blocks, int at, int group) {
    if (group < 4) {
      return blocks[at + group + 4] & 0x3f;
    }
    return ((blocks[at + group + 4] >> 4) & 0xf) | ((blocks[at + group] >> 2) & 0x30);
  }
}
