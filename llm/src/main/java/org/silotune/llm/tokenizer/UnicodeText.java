package org.silotune.llm.tokenizer;

import java.util.OptionalInt;

/** Java strings can hold what UTF-8 cannot: half of a surrogate pair. */
final class UnicodeText {

  private UnicodeText() {}

  /** Returns the position of the first surrogate that has no partner. */
  static OptionalInt loneSurrogate(String text) {
    int position = 0;
    while (position < text.length()) {
      int codePoint = text.codePointAt(position);
      if (Character.getType(codePoint) == Character.SURROGATE) {
        return OptionalInt.of(position);
      }
      position += Character.charCount(codePoint);
    }
    return OptionalInt.empty();
  }
}
