package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * International bank account numbers whose check digits are right, of the countries and lengths in
 * the registry, in one piece or in groups with single spaces.
 *
 * <p>Source: ISO 13616 and the SWIFT IBAN registry; the check is ISO 7064, modulo 97.
 */
final class IbanDetector implements PiiDetector {

  private static final Pattern HEAD = Pattern.compile("(?<![\\p{L}\\p{N}])[A-Za-z]{2}\\d{2}");

  private static final String ENTRY = "NO15";

  private static final Map<String, Integer> LENGTHS =
      lengths(
          "NO15 BE16 DK18 FO18 FI18 GL18 NL18 FK18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20",
          "XK20 CR22 HR21 LI21 LV21 CH21 BG22 BH22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 MN20",
          "AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24",
          "VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28",
          "CY28 DO28 GT28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30",
          "MT31 SC31 LC32 RU33");

  @Override
  public List<PiiSpan> find(String text) {
    List<PiiSpan> found = new ArrayList<>();
    Matcher head = HEAD.matcher(text);
    while (head.find()) {
      String country = text.substring(head.start(), head.start() + 2).toUpperCase(Locale.ROOT);
      int length = LENGTHS.getOrDefault(country, 0);
      StringBuilder number = new StringBuilder();
      int at = head.start();
      while (at < text.length() && number.length() < length) {
        char c = text.charAt(at);
        boolean space = c == ' ' && text.charAt(at - 1) != ' ';
        if (!isAsciiAlphanumeric(c) && !space) {
          break;
        }
        if (!space) {
          number.append(c);
        }
        at++;
      }
      boolean ends = at == text.length() || !Character.isLetterOrDigit(text.charAt(at));
      if (length > 0 && number.length() == length && ends && hasRightCheckDigits(number)) {
        found.add(new PiiSpan("IBAN", head.start(), at));
      }
    }
    return found;
  }

  /** The number with its first four characters last, letters as 10 to 35, is 1 modulo 97. */
  private static boolean hasRightCheckDigits(CharSequence number) {
    int remainder = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = Character.digit(number.charAt((i + 4) % number.length()), 36);
      remainder = (digit < 10 ? remainder * 10 + digit : remainder * 100 + digit) % 97;
    }
    return remainder == 1;
  }

  private static boolean isAsciiAlphanumeric(char c) {
    return c < 128 && Character.isLetterOrDigit(c);
  }

  private static Map<String, Integer> lengths(String... lines) {
    Map<String, Integer> lengths = new HashMap<>();
    for (String line : lines) {
      for (int at = 0; at < line.length(); at += ENTRY.length() + 1) {
        String entry = line.substring(at, at + ENTRY.length());
        lengths.put(entry.substring(0, 2), Integer.valueOf(entry.substring(2)));
      }
    }
    return Map.copyOf(lengths);
  }
}
