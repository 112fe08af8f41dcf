package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Where a byte-level tokenizer of GPT-2's kind cuts a text into words, which its merges never
 * cross: contractions, runs of letters, of numbers and of other characters, each with the space
 * before it, and white space.
 *
 * <p>Source: {@code pre_tokenizers/byte_level.rs} and {@code digits.rs} of the {@code tokenizers}
 * library. Only characters are known whose kind has been the same in every version of Unicode for
 * years; a text with another one is left to the library.
 */
final class WordCutter {

  private static final byte UNKNOWN = 0;
  private static final byte LETTER = 1;
  private static final byte NUMBER = 2;
  private static final byte SPACE = 3;
  private static final byte OTHER = 4;

  /** First and last of the characters that are known, where they are assigned. */
  private static final int[][] KNOWN = {
    {0x0000, 0x052F}, // Latin, marks, Greek, Cyrillic
    {0x1E00, 0x1EFF}, // Latin with marks
    {0x2000, 0x206F}, // punctuation
    {0x20A0, 0x20BF}, // currencies
    {0x2100, 0x23FF}, // arrows, mathematics
    {0x2500, 0x27BF}, // boxes, symbols
    {0x3000, 0x30FF}, // Chinese and Japanese punctuation, Hiragana, Katakana
    {0x4E00, 0x9FA5}, // Chinese
    {0xAC00, 0xD7A3}, // Hangul
    {0xFF01, 0xFFE6} // wide forms
  };

  private static final byte[] KINDS = kinds();

  private final boolean isolatesDigits;

  private WordCutter(boolean isolatesDigits) {
    this.isolatesDigits = isolatesDigits;
  }

  /** Returns the cutter of a tokenizer.json; none if it cuts in another way. */
  static Optional<WordCutter> of(JsonNode root) {
    JsonNode model = root.path("model");
    boolean isPlain =
        model.path("type").asText().equals("BPE")
            && root.path("normalizer").isNull()
            && model.path("dropout").asDouble(0) == 0;
    JsonNode cut = root.path("pre_tokenizer");
    if (!isPlain) {
      return Optional.empty();
    }
    if (isByteLevel(cut)) {
      return Optional.of(new WordCutter(/* isolatesDigits= */ false));
    }
    JsonNode steps = cut.path("pretokenizers");
    boolean isolatesDigits =
        cut.path("type").asText().equals("Sequence")
            && steps.size() == 2
            && steps.path(0).path("type").asText().equals("Digits")
            && steps.path(0).path("individual_digits").asBoolean()
            && isByteLevel(steps.path(1));
    return isolatesDigits
        ? Optional.of(new WordCutter(/* isolatesDigits= */ true))
        : Optional.empty();
  }

  private static boolean isByteLevel(JsonNode step) {
    return step.path("type").asText().equals("ByteLevel")
        && !step.path("add_prefix_space").asBoolean(true)
        && step.path("use_regex").asBoolean(true);
  }

  /** Returns whether every character of a text is known. */
  static boolean knows(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (KINDS[text.charAt(i)] == UNKNOWN) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns where the word ends that begins at {@code start}: of the pattern's alternatives the
   * first that fits. Looks at no character beyond the one after the word.
   *
   * @param limit the end of the text, which counts as one although more may follow
   */
  int end(String text, int start, int limit) {
    if (isolatesDigits && kind(text, start) == NUMBER) {
      return start + 1;
    }
    int contraction = contractionEnd(text, start, limit);
    if (contraction > start) {
      return contraction;
    }
    int first = text.charAt(start) == ' ' && !isEdge(text, start + 1, limit) ? start + 1 : start;
    byte kind = kind(text, first);
    if (kind != SPACE) {
      return runEnd(text, first, limit, kind);
    }
    int end = runEnd(text, start, limit, SPACE);
    // of white space before a word the last character belongs to what follows
    return isEdge(text, end, limit) || end == start + 1 ? end : end - 1;
  }

  /** Returns whether the text counts as over: at its end, or before a digit that is cut off. */
  private boolean isEdge(String text, int at, int limit) {
    return at == limit || (isolatesDigits && kind(text, at) == NUMBER);
  }

  private static int contractionEnd(String text, int start, int limit) {
    if (text.charAt(start) != '\'' || start + 1 >= limit) {
      return start;
    }
    return switch (text.charAt(start + 1)) {
      case 's', 't', 'm', 'd' -> start + 2;
      case 'r', 'v' -> follows(text, start + 2, limit, 'e') ? start + 3 : start;
      case 'l' -> follows(text, start + 2, limit, 'l') ? start + 3 : start;
      default -> start;
    };
  }

  private static boolean follows(String text, int at, int limit, char expected) {
    return at < limit && text.charAt(at) == expected;
  }

  private static int runEnd(String text, int start, int limit, byte kind) {
    int end = start + 1;
    while (end < limit && kind(text, end) == kind) {
      end++;
    }
    return end;
  }

  private static byte kind(String text, int at) {
    return KINDS[text.charAt(at)];
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[1 << Character.SIZE];
    for (int[] range : KNOWN) {
      for (int c = range[0]; c <= range[1]; c++) {
        kinds[c] = kind(c);
      }
    }
    return kinds;
  }

  private static byte kind(int c) {
    if ((c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c)) {
      return SPACE;
    }
    return switch (Character.getType(c)) {
      case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> UNKNOWN;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> Character.isLetter(c) ? LETTER : OTHER;
    };
  }
}
