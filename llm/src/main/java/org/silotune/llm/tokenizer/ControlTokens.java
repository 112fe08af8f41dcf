package org.silotune.llm.tokenizer;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Finds control tokens that are written out in a text, leftmost and longest first, which is how the
 * tokenizer itself finds them.
 */
final class ControlTokens {

  private final Set<String> tokens;
  private final Map<Character, int[]> lengthsByFirst = new HashMap<>();
  private final boolean[] beginsWith = new boolean[1 << Character.SIZE];
  private final int longest;

  ControlTokens(Collection<String> tokens) {
    this.tokens = new HashSet<>(tokens);
    this.tokens.remove("");
    Map<Character, Set<Integer>> lengths = new HashMap<>();
    for (String token : this.tokens) {
      lengths.computeIfAbsent(token.charAt(0), first -> new TreeSet<>()).add(token.length());
    }
    lengths.forEach(
        (first, set) -> {
          int[] longestFirst = new int[set.size()];
          int at = set.size();
          for (int length : set) {
            longestFirst[--at] = length;
          }
          lengthsByFirst.put(first, longestFirst);
          beginsWith[first] = true;
        });
    longest = this.tokens.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Returns whether a control token, whole or in part, is written in a piece of content. */
  boolean occurInContent(List<TextPiece> pieces) {
    StringBuilder joined = new StringBuilder();
    pieces.forEach(piece -> joined.append(piece.text()));
    String text = joined.toString();
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
    char first = text.charAt(at);
    if (!beginsWith[first]) {
      return 0;
    }
    for (int length : lengthsByFirst.get(first)) {
      if (at + length <= text.length() && tokens.contains(text.substring(at, at + length))) {
        return length;
      }
    }
    return 0;
  }
}
