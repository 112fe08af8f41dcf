package org.silotune.udf.text.pii;

import java.util.List;
import java.util.regex.Pattern;

/**
 * E-mail addresses: a local part of up to 64 characters without quotes, and a domain name of at
 * least two labels, letters of any script or their ASCII form (RFC 5321, section 4.5.3.1; RFC 6531;
 * RFC 5890, section 2.3.2.1).
 */
final class EmailDetector implements PiiDetector {

  private static final PatternDetector ADDRESSES =
      new PatternDetector(
          "EMAIL",
          Pattern.compile(
              "(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}_%+][\\p{L}\\p{N}._%+'#!$&*~^-]{0,63}+@"
                  + "(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.){1,8}"
                  + "(?:[xX][nN]--[A-Za-z0-9-]{2,59}|\\p{L}{2,63})(?![\\p{L}\\p{N}])"));

  @Override
  public List<PiiSpan> find(String text) {
    return text.indexOf('@') < 0 ? List.of() : ADDRESSES.find(text);
  }
}
