package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Telephone numbers as people write them, of 7 to 15 digits (ITU-T E.164, section 6):
 *
 * <ul>
 *   <li>international: {@code +49 30 901820};
 *   <li>North American: {@code (555) 123-4567}, {@code 555-123-4567}, with or without a 1;
 *   <li>national with a trunk zero, an area code and a separator: {@code 030 901820}, and pairs as
 *       in France, {@code 01 23 45 67 89}.
 * </ul>
 *
 * Digits without a plus and without separators are left alone: most are no telephone numbers.
 */
final class PhoneDetector implements PiiDetector {

  private static final int MOST_DIGITS = 15;

  private static final List<PatternDetector> FORMS =
      List.of(
          form("(?<![\\p{L}\\p{N}+])\\+(?:[ .\\-/()]{0,2}\\d){7,15}(?![\\p{L}\\p{N}])"),
          form(
              "(?<![\\p{L}\\p{N}+.\\-])(?:1[ .\\-]?)?(?:\\(\\d{3}\\) ?|\\d{3}[ .\\-])"
                  + "\\d{3}[ .\\-]\\d{4}(?![\\p{L}\\p{N}])"),
          form(
              "(?<![\\p{L}\\p{N}+.,/\\-])\\(?0\\d{2,5}\\)?[ /\\-]{1,3}\\d{3,10}"
                  + "(?:[ \\-]\\d{2,5}){0,3}(?![\\p{L}\\p{N}])"),
          form("(?<![\\p{L}\\p{N}+.,/\\-])0[1-9](?:[ .\\-]\\d{2}){4}(?![\\p{L}\\p{N}])"));

  @Override
  public List<PiiSpan> find(String text) {
    List<PiiSpan> found = new ArrayList<>();
    for (PatternDetector form : FORMS) {
      for (PiiSpan span : form.find(text)) {
        if (digits(text, span) <= MOST_DIGITS) {
          found.add(span);
        }
      }
    }
    return found;
  }

  private static long digits(String text, PiiSpan span) {
    return text.substring(span.start(), span.end()).chars().filter(Character::isDigit).count();
  }

  private static PatternDetector form(String regex) {
    return new PatternDetector("PHONE", Pattern.compile(regex));
  }
}
