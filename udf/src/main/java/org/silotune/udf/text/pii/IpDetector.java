package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IP addresses: four numbers of 0 to 255 with dots, the first not 0, which no host has (RFC 6890,
 * table 1) and versions such as {@code 0.11.0.0} begin with; and IPv6 with or without {@code ::}
 * (RFC 4291, section 2.2), of five hexadecimal digits at least, or {@code A::B} in code and slices
 * would be one.
 */
final class IpDetector implements PiiDetector {

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final PatternDetector V4 =
      new PatternDetector(
          "IP",
          Pattern.compile(
              "(?<![\\p{L}\\p{N}_.])(?!0\\.)(?:OCTET\\.){3}OCTET(?![\\p{L}\\p{N}_]|\\.\\d)"
                  .replace("OCTET", OCTET)));
  private static final Pattern V6_LIKE =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}_:.])[0-9A-Fa-f:]{2,40}+((?:\\.\\d{1,3}){3})?(?![\\p{L}\\p{N}_])");

  private static final int LEAST_DIGITS = 5;

  @Override
  public List<PiiSpan> find(String text) {
    List<PiiSpan> found = new ArrayList<>(V4.find(text));
    Matcher like = V6_LIKE.matcher(text);
    while (like.find()) {
      String address = like.group();
      boolean colonAfter = address.endsWith(":") && !address.endsWith("::");
      String trimmed = colonAfter ? address.substring(0, address.length() - 1) : address;
      if (isV6(trimmed)) {
        found.add(new PiiSpan("IP", like.start(), like.start() + trimmed.length()));
      }
    }
    return found;
  }

  private static boolean isV6(String address) {
    int gap = address.indexOf("::");
    if (gap != address.lastIndexOf("::")
        || address.chars().filter(c -> Character.digit(c, 16) >= 0).count() < LEAST_DIGITS) {
      return false;
    }
    int groups =
        gap < 0
            ? groups(address)
            : add(groups(address.substring(0, gap)), groups(address.substring(gap + 2)));
    return gap < 0 ? groups == 8 : groups >= 0 && groups <= 7;
  }

  /** Returns how many groups of 16 bits are written, -1 if any is malformed. */
  private static int groups(String part) {
    if (part.isEmpty()) {
      return 0;
    }
    int count = 0;
    for (String group : part.split(":", -1)) {
      boolean v4 = group.indexOf('.') >= 0;
      if (v4 ? V4.find(group).isEmpty() : group.isEmpty() || group.length() > 4) {
        return -1;
      }
      count += v4 ? 2 : 1;
    }
    return count;
  }

  private static int add(int before, int after) {
    return before < 0 || after < 0 ? -1 : before + after;
  }
}
