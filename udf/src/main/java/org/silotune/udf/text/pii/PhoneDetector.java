package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Telephone numbers as people write them:
 *
 * <ul>
 *   <li>international: {@code +49 30 901820}, the code right behind the plus, 8 to 15 digits, and
 *       11 where the code is 1 or 7 (ITU-T E.164, section 6);
 *   <li>North American: {@code (555) 123-4567}, {@code 555-123-4567}, with or without a 1;
 *   <li>national with a trunk zero, an area code and a separator: {@code 030 901820}, and pairs as
 *       in France, {@code 01 23 45 67 89}; 8 to 15 digits, or {@code Public Act 098-1142} were one.
 * </ul>
 *
 * Other digits are left alone, without separators or with spaces only: sums, lists and code are
 * full of them.
 */
final class PhoneDetector implements PiiDetector {

  private static final int LEAST_DIGITS = 8;
  private static final int MOST_DIGITS = 15;

  /** Of a number under the codes 1 and 7, which have national numbers of ten digits. */
  private static final int DIGITS_OF_SHORT_CODES = 11;

  private static final PatternDetector INTERNATIONAL =
      form(
          "(?<![\\p{L}\\p{N}\\p{Sc}+=])\\+\\(?[1-9](?:[ .\\-/()]{0,2}\\d){6,14}(?![\\p{L}\\p{N}])");

  private static final List<PatternDetector> NATIONAL =
      List.of(
          form(
              "(?<![\\p{L}\\p{N}+.\\-])(?:1[ .\\-]?)?(?:\\(\\d{3}\\) ?|\\d{3}[.\\-])"
                  + "\\d{3}[ .\\-]\\d{4}(?![\\p{L}\\p{N}])"),
          form(
              "(?<![\\p{L}\\p{N}+.,/\\-])\\(?0\\d{2,5}\\)?[ /\\-]{1,3}\\d{3,10}"
                  + "(?:[ \\-]\\d{2,5}){0,3}(?![\\p{L}\\p{N}])"),
          form("(?<![\\p{L}\\p{N}+.,/\\-])0[1-9](?:[ .\\-]\\d{2}){4}(?![\\p{L}\\p{N}])"));

  @Override
  public List<PiiSpan> find(String text) {
    List<PiiSpan> found = new ArrayList<>();
    for (PiiSpan span : INTERNATIONAL.find(text)) {
      if (isInternational(digits(text, span))) {
        found.add(span);
      }
    }
    for (PatternDetector form : NATIONAL) {
      for (PiiSpan span : form.find(text)) {
        if (isOfAPhone(digits(text, span).length())) {
          found.add(span);
        }
      }
    }
    return found;
  }

  private static boolean isInternational(String digits) {
    if (digits.startsWith("1") || digits.startsWith("7")) {
      return digits.length() == DIGITS_OF_SHORT_CODES;
    }
    return isOfAPhone(digits.length());
  }

  private static boolean isOfAPhone(int digits) {
    return digits >= LEAST_DIGITS && digits <= MOST_DIGITS;
  }

  private static String digits(String text, PiiSpan span) {
    return text.substring(span.start(), span.end()).replaceAll("\\D", "");
  }

  private static PatternDetector form(String regex) {
    return new PatternDetector("PHONE", Pattern.compile(regex));
  }
}
