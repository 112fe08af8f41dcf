package org.silotune.llm.tokenizer;

import java.util.OptionalInt;

/** Java strings can hold what UTF-8 cannot: half of a surrogate pair. */
public final class UnicodeText {

  private UnicodeText() {}

  /** Returns the position of the first surrogate that has no partner. */
  public static OptionalInt loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.charCount(text.codePointAt(i)) == 1) {
          return OptionalInt.of(i);
        }
        i++;
      }
    }
    return OptionalInt.empty();
  }
}
