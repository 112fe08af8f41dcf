package org.silotune.prep.source;

import java.io.IOException;
import java.util.Optional;

/**
 * The records of a CSV file, RFC 4180: a line feed inside double quotes does not end a record. What
 * follows a quote that is never closed is one record, and a bad one.
 */
final class CsvScanner implements RecordScanner {

  private final ByteScanner bytes;

  CsvScanner(ByteScanner bytes) {
    this.bytes = bytes;
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    while (bytes.peek() != ByteScanner.END) {
      RawRecord record = record();
      if (!record.isBlank()) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  private RawRecord record() throws IOException {
    ByteScanner.Place start = bytes.place();
    RecordBytes record = new RecordBytes();
    boolean fieldStarts = true;
    while (true) {
      long at = bytes.offset();
      int value = bytes.next();
      if (value == '\n') {
        record.end();
      }
      if (value == ByteScanner.END || value == '\n') {
        return record.at(start);
      }
      record.add(value);
      if (value == '"' && fieldStarts && !copyQuoted(record)) {
        return record.rest(start, "the quote at byte %d is never closed".formatted(at));
      }
      fieldStarts = value == ',';
    }
  }

  /**
   * Takes up to the closing quote, if there is one; a doubled quote stands for one and closes
   * nothing.
   */
  private boolean copyQuoted(RecordBytes record) throws IOException {
    for (int value = bytes.next(); value != ByteScanner.END; value = bytes.next()) {
      record.add(value);
      if (value == '"') {
        if (bytes.peek() != '"') {
          return true;
        }
        record.add(bytes.next());
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
