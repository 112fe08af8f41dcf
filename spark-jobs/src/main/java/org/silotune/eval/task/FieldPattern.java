package org.silotune.eval.task;

import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.silotune.eval.InvalidTaskException;

/**
 * A field made of another: the first group of a regular expression.
 *
 * @param name of the new field
 * @param from the field that is searched
 * @param pattern a Java regular expression with one group, found anywhere in the text
 * @param all whether the field is the list of all that is found, else the first
 */
public record FieldPattern(String name, String from, String pattern, Optional<Boolean> all) {

  public FieldPattern {
    if (groups(name, pattern) != 1) {
      throw new IllegalArgumentException(
          "Invalid pattern of field %s: it has %d groups, and the one that is the value is asked for"
              .formatted(name, groups(name, pattern)));
    }
  }

  private static int groups(String name, String pattern) {
    try {
      return Pattern.compile(pattern).matcher("").groupCount();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Invalid pattern of field %s: %s at %d".formatted(name, e.getDescription(), e.getIndex()),
          e);
    }
  }

  /**
   * Returns the row with the field.
   *
   * @throws InvalidTaskException if nothing is found
   */
  TaskRow addTo(TaskRow row) {
    Matcher matcher = Pattern.compile(pattern).matcher(row.text(from, "field " + name));
    ArrayList<String> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.group(1) == null ? "" : matcher.group(1));
    }
    if (found.isEmpty()) {
      throw new InvalidTaskException(
          "Cannot make field %s of row %d of %s: its pattern is not found in %s"
              .formatted(name, row.number(), row.file(), from));
    }
    return row.with(name, all.orElse(false) ? found : found.get(0));
  }
}
