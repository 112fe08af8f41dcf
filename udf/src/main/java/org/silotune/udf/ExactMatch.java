package org.silotune.udf;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF2;
import org.jspecify.annotations.Nullable;

/**
 * Whether a prediction is the reference, up to what a reader would not call a difference.
 *
 * <pre>{@code
 * SELECT exact_match(' Paris\n', 'paris')   -- true
 * SELECT exact_match('Paris.', 'Paris')     -- false: punctuation counts
 * }</pre>
 *
 * Both texts are brought to Unicode form NFC and lower case (root locale), runs of white space
 * become one space, and the ends are trimmed. Null in, null out. Deterministic.
 */
public final class ExactMatch implements UDF2<String, String, Boolean> {

  /** The name in SQL. */
  public static final String NAME = "exact_match";

  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)\\s+");

  @Override
  public @Nullable Boolean call(@Nullable String prediction, @Nullable String reference) {
    if (prediction == null || reference == null) {
      return null;
    }
    return matches(prediction, reference);
  }

  /** Returns whether the two texts are equal once normalised. */
  public static boolean matches(String prediction, String reference) {
    return normalise(prediction).equals(normalise(reference));
  }

  private static String normalise(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    return WHITE_SPACE.matcher(composed).replaceAll(" ").strip();
  }
}
