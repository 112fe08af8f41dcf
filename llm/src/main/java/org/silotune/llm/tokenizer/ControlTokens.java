package org.silotune.llm.tokenizer;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Finds control tokens that are written out in a text, leftmost and longest first, which is how the
 * tokenizer itself finds them.
 */
final class ControlTokens {

  private static final String[] NONE = {};

  /** Those that begin with a character, longest first; most characters begin none. */
  private final String[][] byFirst = new String[1 << Character.SIZE][];

  private final int longest;

  ControlTokens(Collection<String> tokens) {
    Arrays.fill(byFirst, NONE);
    tokens.stream()
        .filter(token -> !token.isEmpty())
        .distinct()
        .collect(Collectors.groupingBy(token -> token.charAt(0), TreeMap::new, Collectors.toList()))
        .forEach(
            (first, list) ->
                byFirst[first] =
                    list.stream()
                        .sorted(Comparator.comparing(String::length).reversed())
                        .toArray(String[]::new));
    longest = tokens.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Returns whether a control token, whole or in part, is written in a piece of content.
   *
   * @param text that of all pieces
   */
  boolean occurInContent(List<TextPiece> pieces, String text) {
    int start = 0;
    for (TextPiece piece : pieces) {
      int end = start + piece.text().length();
      if (piece.isContent() && overlaps(text, start, end)) {
        return true;
      }
      start = end;
    }
    return false;
  }

  private boolean overlaps(String text, int start, int end) {
    for (int i = Math.max(0, start - longest + 1); i < end; i++) {
      int length = longestAt(text, i);
      if (length > 0 && i + length > start) {
        return true;
      }
    }
    return false;
  }

  /** Returns {@code text} with every control token replaced. */
  String replace(String text, UnaryOperator<String> replacement) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int length = longestAt(text, i);
      if (length == 0) {
        out.append(text.charAt(i++));
      } else {
        out.append(replacement.apply(text.substring(i, i + length)));
        i += length;
      }
    }
    return out.toString();
  }

  /** Returns where the first control token begins, the text's end if there is none. */
  int indexIn(String text, int from) {
    int at = from;
    while (at < text.length() && longestAt(text, at) == 0) {
      at++;
    }
    return at;
  }

  /** Returns the length of the longest control token at a position; 0 if none is there. */
  int longestAt(String text, int at) {
    for (String token : byFirst[text.charAt(at)]) {
      if (text.startsWith(token, at)) {
        return token.length();
      }
    }
    return 0;
  }
}
