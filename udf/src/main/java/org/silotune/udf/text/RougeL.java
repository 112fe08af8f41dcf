package org.silotune.udf.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How much of a reference a prediction says in the same order: precision, recall and F of the
 * longest common subsequence of words.
 *
 * <p>Words are runs of a to z and 0 to 9 of the text in lower case, without stemming: these are the
 * numbers of the Python package {@code rouge-score}, {@code RougeScorer(['rougeL'])}. Other letters
 * separate words there, so for texts in other scripts the measure says little.
 *
 * <p>Source: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, section 3.1.
 *
 * @param precision common words over the prediction's
 * @param recall common words over the reference's
 * @param f their harmonic mean; all three are 0 where either text has no words
 */
public record RougeL(double precision, double recall, double f) {

  private static final RougeL NOTHING = new RougeL(0, 0, 0);
  private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");

  /** Compares a prediction with its reference. */
  public static RougeL of(String prediction, String reference) {
    List<String> predicted = words(prediction);
    List<String> expected = words(reference);
    if (predicted.isEmpty() || expected.isEmpty()) {
      return NOTHING;
    }
    int common = longestCommonSubsequence(predicted, expected);
    double precision = (double) common / predicted.size();
    double recall = (double) common / expected.size();
    double sum = precision + recall;
    return new RougeL(precision, recall, sum > 0 ? 2 * precision * recall / sum : 0);
  }

  private static List<String> words(String text) {
    return SEPARATORS
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /**
   * Bits of one row of the classic table, 64 at a time: a zero bit is a place where the row steps
   * up (Hyyro, "Bit-parallel LCS-length computation revisited", 2004, section 3).
   */
  private static int longestCommonSubsequence(List<String> rows, List<String> columns) {
    int words = (columns.size() + 63) / 64;
    Map<String, long[]> places = new HashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      places.computeIfAbsent(columns.get(c), word -> new long[words])[c / 64] |= 1L << c;
    }
    long[] flat = new long[words];
    Arrays.fill(flat, -1L);
    for (String word : rows) {
      long[] matches = places.get(word);
      if (matches != null) {
        step(flat, matches);
      }
    }
    int ups = 0;
    for (int c = 0; c < columns.size(); c++) {
      ups += (flat[c / 64] >>> c & 1) == 0 ? 1 : 0;
    }
    return ups;
  }

  /** {@code V = (V + (V & M)) | (V & ~M)} over a number of many words. */
  private static void step(long[] flat, long[] matches) {
    long carry = 0;
    for (int i = 0; i < flat.length; i++) {
      long v = flat[i];
      long addend = v & matches[i];
      long partial = v + addend;
      long sum = partial + carry;
      boolean overflows =
          Long.compareUnsigned(partial, v) < 0 || Long.compareUnsigned(sum, partial) < 0;
      carry = overflows ? 1 : 0;
      flat[i] = sum | (v & ~matches[i]);
    }
  }
}
