package org.silotune.prep.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.silotune.prep.PreparationException;

/**
 * The elements of a file that is one JSON array, cut at the commas between them: brackets and
 * strings are followed, nothing is decoded, so a bad element spoils only itself. What is empty
 * between two commas is an element, and a bad one.
 */
final class JsonArrayScanner implements RecordScanner {

  private final SourceFile file;
  private final ByteScanner bytes;
  private boolean began;
  private boolean ended;

  JsonArrayScanner(SourceFile file, ByteScanner bytes) throws IOException {
    this.file = file;
    this.bytes = bytes;
    skipWhiteSpace();
    if (bytes.next() != '[') {
      throw malformed("it does not start with [");
    }
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    skipWhiteSpace();
    RawRecord element = element();
    boolean emptyArray = !began && ended && element.isBlank();
    began = true;
    return emptyArray ? Optional.empty() : Optional.of(element);
  }

  /** Takes an element and the comma or bracket that ends it. */
  private RawRecord element() throws IOException {
    long start = bytes.offset();
    ByteArrayOutputStream element = new ByteArrayOutputStream(256);
    boolean inString = false;
    int depth = 0;
    while (true) {
      int value = bytes.next();
      if (value == ByteScanner.END) {
        throw malformed("the array is not closed; its last element starts at byte " + start);
      }
      if (inString) {
        inString = value != '"';
        if (value == '\\') {
          element.write(value);
          value = bytes.next();
        }
      } else if (value == '"') {
        inString = true;
      } else if (value == '{' || value == '[') {
        depth++;
      } else if (depth == 0 && (value == ',' || value == ']')) {
        ended = value == ']';
        if (ended) {
          requireNothingMore();
        }
        return new RawRecord(start, element.toByteArray());
      } else if (value == '}' || value == ']') {
        depth--;
      }
      element.write(value);
    }
  }

  private void requireNothingMore() throws IOException {
    skipWhiteSpace();
    if (bytes.peek() != ByteScanner.END) {
      throw malformed("there is more after the array at byte " + bytes.offset());
    }
  }

  private void skipWhiteSpace() throws IOException {
    while (isWhiteSpace(bytes.peek())) {
      bytes.next();
    }
  }

  static boolean isWhiteSpace(int value) {
    return value == ' ' || value == '\t' || value == '\r' || value == '\n';
  }

  private PreparationException malformed(String why) {
    return new PreparationException(
        "Cannot read %s: %s; repair it, or write one object a line (.jsonl), where a bad row goes to quarantine"
            .formatted(file.name(), why));
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
