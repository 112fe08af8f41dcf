package org.silotune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.eval.InvalidTaskException;
import org.silotune.llm.NearestName;

/**
 * A text with fields in it: {@code {{field}}} is the field as it is, {@code {{field|trim}}} without
 * white space at its ends, {@code {{field|spaces}}} with spaces for underscores, {@code
 * {{field|words}}} the texts of a list with a space between them. All else, single braces too,
 * stands for itself.
 */
final class Template {

  private static final Pattern FIELD =
      Pattern.compile("\\{\\{\\s*([^{}|]+?)\\s*(?:\\|([^{}]*))?}}");
  private static final String WORDS = "words";
  private static final List<String> FILTERS = List.of("trim", "spaces", WORDS);

  private final String text;
  private final String user;

  /**
   * A template.
   *
   * @param user what it is, for messages, such as {@code prompt of task arc-easy}
   * @throws InvalidTaskException if it names a filter that is not known
   */
  Template(String text, String user) {
    this.text = text;
    this.user = user;
    Matcher matcher = FIELD.matcher(text);
    while (matcher.find()) {
      filters(matcher).forEach(this::requireKnown);
    }
  }

  /**
   * Returns the text with a row's fields.
   *
   * @throws InvalidTaskException if the row lacks one
   */
  String render(TaskRow row) {
    Matcher matcher = FIELD.matcher(text);
    StringBuilder rendered = new StringBuilder();
    int from = 0;
    while (matcher.find()) {
      rendered.append(text, from, matcher.start());
      List<String> filters = filters(matcher);
      String value =
          filters.contains(WORDS)
              ? String.join(" ", row.list(matcher.group(1), user))
              : row.text(matcher.group(1), user);
      for (String filter : filters) {
        value =
            switch (filter) {
              case "trim" -> value.strip();
              case "spaces" -> value.replace('_', ' ');
              default -> value;
            };
      }
      rendered.append(value);
      from = matcher.end();
    }
    return rendered.append(text, from, text.length()).toString();
  }

  /** Returns whether it is one field and nothing else. */
  boolean isField() {
    return FIELD.matcher(text).matches();
  }

  /** Returns the name of the one field that it is. */
  String field() {
    Matcher matcher = FIELD.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(text + " is not one field");
    }
    return matcher.group(1);
  }

  private static List<String> filters(Matcher matcher) {
    List<String> filters = new ArrayList<>();
    if (matcher.group(2) != null) {
      for (String filter : matcher.group(2).split("\\|", -1)) {
        filters.add(filter.strip());
      }
    }
    return filters;
  }

  private void requireKnown(String filter) {
    if (!FILTERS.contains(filter)) {
      throw new InvalidTaskException(
          "Unknown filter %s in %s%s: known are %s"
              .formatted(
                  filter, user, NearestName.hint(filter, FILTERS), String.join(", ", FILTERS)));
    }
  }
}
