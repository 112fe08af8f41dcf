package org.silotune.eval.task;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What is taken of a generated text: what a regular expression finds, its first group that found
 * something where it has groups.
 *
 * @param name what tables call it
 * @param pattern the regular expression
 * @param take which of several finds
 */
public record AnswerConfig(String name, String pattern, Optional<Take> take) {

  /** Which of several finds is taken. */
  public enum Take {
    FIRST,
    LAST
  }

  public AnswerConfig {
    compile("answer " + name, pattern);
  }

  static Pattern compile(String what, String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Invalid pattern of %s: %s at %d".formatted(what, e.getDescription(), e.getIndex()), e);
    }
  }
}
