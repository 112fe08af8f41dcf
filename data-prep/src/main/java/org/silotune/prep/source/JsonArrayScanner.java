package org.silotune.prep.source;

import java.io.IOException;
import java.util.Optional;

/**
 * The elements of a file that is one JSON array, cut at the commas between them: brackets and
 * strings are followed, nothing is decoded, so a bad element spoils only itself. What is empty
 * between two commas is an element, and a bad one; so is the last one of an array that is never
 * closed, and whatever follows the array.
 */
final class JsonArrayScanner implements RecordScanner {

  private final ByteScanner bytes;
  private boolean began;
  private boolean ended;

  /** A scanner of the array whose bracket comes next, but for white space. */
  JsonArrayScanner(ByteScanner bytes) throws IOException {
    this.bytes = bytes;
    skipWhiteSpace();
    if (bytes.next() != '[') {
      throw new IllegalArgumentException("No array");
    }
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    skipWhiteSpace();
    if (ended) {
      return rest();
    }
    RawRecord element = element();
    boolean emptyArray = !began && ended && element.isBlank();
    began = true;
    return emptyArray ? next() : Optional.of(element);
  }

  /** Takes an element and the comma or bracket that ends it. */
  private RawRecord element() throws IOException {
    ByteScanner.Place start = bytes.place();
    RecordBytes element = new RecordBytes();
    boolean inString = false;
    int depth = 0;
    for (int value = bytes.next(); value != ByteScanner.END; value = bytes.next()) {
      if (inString) {
        inString = value != '"';
        if (value == '\\' && bytes.peek() != ByteScanner.END) {
          element.add(value);
          value = bytes.next();
        }
      } else if (value == '"') {
        inString = true;
      } else if (value == '{' || value == '[') {
        depth++;
      } else if (depth == 0 && (value == ',' || value == ']')) {
        ended = value == ']';
        element.end();
        return element.at(start);
      } else if (value == '}' || value == ']') {
        depth--;
      }
      element.add(value);
    }
    ended = true;
    return element.rest(start, "the array is not closed");
  }

  private Optional<RawRecord> rest() throws IOException {
    if (bytes.peek() == ByteScanner.END) {
      return Optional.empty();
    }
    ByteScanner.Place start = bytes.place();
    RecordBytes rest = new RecordBytes();
    for (int value = bytes.next(); value != ByteScanner.END; value = bytes.next()) {
      rest.add(value);
    }
    return Optional.of(rest.rest(start, "there is more after the array"));
  }

  private void skipWhiteSpace() throws IOException {
    while (isWhiteSpace(bytes.peek())) {
      bytes.next();
    }
  }

  static boolean isWhiteSpace(int value) {
    return value == ' ' || value == '\t' || value == '\r' || value == '\n';
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
