package org.silotune.udf;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The number a worked answer ends in, as GSM8K is scored.
 *
 * <pre>{@code
 * SELECT numeric_answer('9 * 2 = <<9*2=18>>18 dollars.\n#### 18')   -- 18.0000000000
 * SELECT numeric_answer('The answer is $1,250.50.')                 -- 1250.5000000000
 * SELECT numeric_answer('6.0') = numeric_answer('6')                -- true
 * SELECT numeric_answer('no idea')                                  -- NULL
 * }</pre>
 *
 * It is the first number after the last {@code ####}; without one, the first number after the last
 * {@code the answer is} in any case; without either, the last number. A marker with no number
 * behind it has no answer. Commas between groups of three digits are dropped; a minus counts where
 * no digit or letter is before it. The type is {@code decimal(38,10)}: what is finer is rounded
 * half to even, what is larger is null. Null in, null out. Deterministic.
 *
 * <p>Source: {@code extract_answer} of openai/grade-school-math for the marker; equality is of
 * numbers here, where FederatedScope-LLM compares strings.
 */
public final class NumericAnswer implements UDF1<String, BigDecimal> {

  /** The name in SQL. */
  public static final String NAME = "numeric_answer";

  private static final int PRECISION = 38;
  private static final int SCALE = 10;

  static final DataType TYPE = DataTypes.createDecimalType(PRECISION, SCALE);

  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{Alnum}])[-\u2212]?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?"
              + "|(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?"
              + "|(?<![\\p{Alnum}])[-\u2212]?\\.\\d+");

  @Override
  public @Nullable BigDecimal call(@Nullable String text) {
    return text == null ? null : of(text).orElse(null);
  }

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
