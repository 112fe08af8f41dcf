package org.silotune.eval.task;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.eval.InvalidTaskException;

/**
 * A row of a task's file: fields of text or of lists of text. What lies deeper in JSON has dots in
 * its name, such as {@code choices.text}.
 *
 * @param file the file's name below the data folder
 * @param number of the row in its file, from 1
 * @param values a String or a List of String a field
 */
public record TaskRow(String file, int number, SortedMap<String, Serializable> values)
    implements Serializable {

  public TaskRow {
    values = new TreeMap<>(values);
  }

  /** Returns the row with one more field, or another value of one. */
  TaskRow with(String name, Serializable value) {
    SortedMap<String, Serializable> more = new TreeMap<>(values);
    more.put(name, value);
    return new TaskRow(file, number, more);
  }

  /**
   * Returns a field's text.
   *
   * @param user what names the field, for the message
   * @throws InvalidTaskException if there is no such field, or it is a list
   */
  String text(String name, String user) {
    Serializable value = value(name, user);
    if (value instanceof String text) {
      return text;
    }
    throw new InvalidTaskException(
        "Invalid field %s in row %d of %s, which %s names: it is a list, and one text is asked for"
            .formatted(name, number, file, user));
  }

  /**
   * Returns a field's texts.
   *
   * @param user what names the field, for the message
   * @throws InvalidTaskException if there is no such field, or it is no list
   */
  List<String> list(String name, String user) {
    Serializable value = value(name, user);
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      list.forEach(item -> texts.add((String) item));
      return texts;
    }
    throw new InvalidTaskException(
        "Invalid field %s in row %d of %s, which %s names: it is one text, and a list is asked for"
            .formatted(name, number, file, user));
  }

  /**
   * Returns a field, a text or a list.
   *
   * @param user what names the field, for the message
   * @throws InvalidTaskException if there is no such field
   */
  Serializable value(String name, String user) {
    Serializable value = values.get(name);
    if (value == null) {
      throw new InvalidTaskException(
          "Missing field %s in row %d of %s, which %s names: the row has %s"
              .formatted(name, number, file, user, String.join(", ", values.keySet())));
    }
    return value;
  }
}
