package org.silotune.udf.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number a worked answer ends in, as GSM8K is scored.
 *
 * <p>It is the first number after the last {@code ####}; without one, the first number after the
 * last {@code the answer is} in any case; without either, the last number. A marker with no number
 * behind it has no answer. Commas between groups of three digits are dropped; a minus counts where
 * no digit or letter is before it. What is finer than {@value #SCALE} places is rounded half to
 * even, what has more than {@value #PRECISION} digits is no answer.
 *
 * <p>Source: {@code extract_answer} of openai/grade-school-math for the marker; equality is of
 * numbers here, where FederatedScope-LLM compares strings.
 */
public final class NumericAnswer {

  /** The most digits of an answer. */
  public static final int PRECISION = 38;

  /** Digits after the point of every answer. */
  public static final int SCALE = 10;

  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{Alnum}])[-\u2212]?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?"
              + "|(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?"
              + "|(?<![\\p{Alnum}])[-\u2212]?\\.\\d+");

  private NumericAnswer() {}

  /** Returns the number, at scale 10, if the text has one that fits. */
  public static Optional<BigDecimal> of(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (String marker : new String[] {"####", "the answer is"}) {
      int at = lower.lastIndexOf(marker);
      if (at >= 0) {
        Matcher matcher = NUMBER.matcher(lower.substring(at + marker.length()));
        return matcher.find() ? decimal(matcher.group()) : Optional.empty();
      }
    }
    Matcher matcher = NUMBER.matcher(lower);
    Optional<BigDecimal> last = Optional.empty();
    while (matcher.find()) {
      last = decimal(matcher.group());
    }
    return last;
  }

  private static Optional<BigDecimal> decimal(String number) {
    BigDecimal value =
        new BigDecimal(number.replace(",", "").replace('\u2212', '-'))
            .setScale(SCALE, RoundingMode.HALF_EVEN);
    return value.precision() > PRECISION ? Optional.empty() : Optional.of(value);
  }
}
