package org.silotune.udf.text.pii;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What a regular expression matches. */
record PatternDetector(String kind, Pattern pattern) implements PiiDetector {

  private static final Pattern KIND = Pattern.compile("[A-Z][A-Z0-9_]{0,31}");

  /**
   * Compiles a user's pattern.
   *
   * @throws IllegalArgumentException if the name or the pattern will not do
   */
  static PatternDetector ofUser(String kind, String regex) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "Invalid pattern name '%s': must be 1 to 32 of A to Z, 0 to 9 and underscore, a letter first"
              .formatted(kind));
    }
    try {
      Pattern pattern = Pattern.compile(regex);
      if (pattern.matcher("").find()) {
        throw new IllegalArgumentException(
            "Invalid pattern %s '%s': it matches the empty text".formatted(kind, regex));
      }
      return new PatternDetector(kind, pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Invalid pattern %s '%s': %s at character %d"
              .formatted(kind, regex, e.getDescription(), e.getIndex()),
          e);
    }
  }

  @Override
  public List<PiiSpan> find(String text) {
    return pattern
        .matcher(text)
        .results()
        .filter(match -> match.end() > match.start())
        .map(match -> new PiiSpan(kind, match.start(), match.end()))
        .toList();
  }
}
