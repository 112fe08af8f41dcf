package org.silotune.llm;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The known name that a mistyped one most likely means, for messages that help.
 *
 * <p>Nearness is the edit distance of Levenshtein with transpositions of neighbours counted as one
 * (optimal string alignment), on lower-case letters. A name further away than a third of the longer
 * one's length, and at least two, is no suggestion at all; among equals the first in the alphabet
 * wins.
 */
public final class NearestName {

  private NearestName() {}

  /** Returns the nearest of {@code known}, or empty where none is near. */
  public static Optional<String> of(String typed, Collection<String> known) {
    return new TreeSet<>(known)
        .stream()
            .filter(name -> distance(typed, name) <= tolerance(typed, name))
            .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /** Returns {@code " (did you mean X?)"}, or nothing where no known name is near. */
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known).map(name -> " (did you mean %s?)".formatted(name)).orElse("");
  }

  private static int tolerance(String a, String b) {
    return Math.max(2, Math.max(a.length(), b.length()) / 3);
  }

  static int distance(String left, String right) {
    var a = left.toLowerCase(Locale.ROOT);
    var b = right.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        best = Math.min(best, cost[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
