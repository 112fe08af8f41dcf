package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.List;

/**
 * Payment card numbers: of the prefixes and lengths of a {@link CardNetwork}, in one piece or in
 * groups with single spaces or dashes, with a last digit that is right by Luhn's formula (ISO/IEC
 * 7812-1, annex B).
 */
final class CardDetector implements PiiDetector {

  private static final int SHORTEST = 13;
  private static final int LONGEST = 19;

  @Override
  public List<PiiSpan> find(String text) {
    List<PiiSpan> found = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = isDigit(text, at) && isFree(text, at) ? endOfNumber(text, at) : at;
      if (end > at) {
        found.add(new PiiSpan("CARD", at, end));
      }
      at = Math.max(at + 1, end);
    }
    return found;
  }

  /** Returns where the longest number that starts here ends, or the start if none does. */
  private static int endOfNumber(String text, int start) {
    StringBuilder digits = new StringBuilder();
    int end = start;
    int at = start;
    while (digits.length() < LONGEST && at < text.length()) {
      if (isDigit(text, at)) {
        digits.append(text.charAt(at));
        boolean whole = digits.length() >= SHORTEST && !isInWord(text, at + 1);
        if (whole && CardNetwork.issues(digits) && hasRightLastDigit(digits)) {
          end = at + 1;
        }
      } else if (!isSeparator(text.charAt(at)) || !isDigit(text, at + 1)) {
        break;
      }
      at++;
    }
    return end;
  }

  private static boolean hasRightLastDigit(CharSequence digits) {
    int sum = 0;
    for (int fromEnd = 0; fromEnd < digits.length(); fromEnd++) {
      int digit = digits.charAt(digits.length() - 1 - fromEnd) - '0';
      int doubled = fromEnd % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** Neither inside a word nor behind a decimal point. */
  private static boolean isFree(String text, int at) {
    boolean fraction = at > 0 && text.charAt(at - 1) == '.' && at > 1 && isDigit(text, at - 2);
    return !isInWord(text, at - 1) && !fraction;
  }

  private static boolean isInWord(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  private static boolean isDigit(String text, int at) {
    return at >= 0 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean isSeparator(char c) {
    return c == ' ' || c == '-';
  }
}
