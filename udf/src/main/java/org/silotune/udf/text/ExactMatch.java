package org.silotune.udf.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a prediction is the reference, up to what a reader would not call a difference: both are
 * brought to Unicode form NFC and lower case (root locale), runs of white space become one space,
 * and the ends are trimmed. Punctuation counts.
 */
public final class ExactMatch {

  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)\\s+");

  private ExactMatch() {}

  /** Returns whether the two texts are equal once normalised. */
  public static boolean matches(String prediction, String reference) {
    return normalise(prediction).equals(normalise(reference));
  }

  private static String normalise(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    return WHITE_SPACE.matcher(composed).replaceAll(" ").strip();
  }
}
