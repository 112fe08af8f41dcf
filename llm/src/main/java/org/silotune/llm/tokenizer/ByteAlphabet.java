package org.silotune.llm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The printable character that stands for each byte in a byte-level vocabulary: itself for visible
 * Latin-1, and U+0100, U+0101, ... for the others in their order.
 *
 * <p>Source: GPT-2, {@code encoder.py}, {@code bytes_to_unicode}.
 */
final class ByteAlphabet {

  private static final char[] SPELLING = new char[256];
  private static final boolean[] SPELLS = new boolean[0x200];

  static {
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
      SPELLING[b] = visible ? (char) b : next++;
      SPELLS[SPELLING[b]] = true;
    }
  }

  private ByteAlphabet() {}

  /** Returns whether every character stands for a byte. */
  static boolean isSpelled(String token) {
    return token.chars().allMatch(c -> c < SPELLS.length && SPELLS[c]);
  }

  /** Returns {@code text} in the alphabet. */
  static String spell(String text) {
    StringBuilder spelled = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      spelled.append(SPELLING[b & 0xFF]);
    }
    return spelled.toString();
  }
}
