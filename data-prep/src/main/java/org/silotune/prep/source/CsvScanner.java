package org.silotune.prep.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.silotune.prep.PreparationException;

/** The records of a CSV file, RFC 4180: a line feed inside double quotes does not end a record. */
final class CsvScanner implements RecordScanner {

  private final SourceFile file;
  private final ByteScanner bytes;

  CsvScanner(SourceFile file, ByteScanner bytes) {
    this.file = file;
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
    long start = bytes.offset();
    ByteArrayOutputStream record = new ByteArrayOutputStream(256);
    boolean fieldStarts = true;
    while (true) {
      int value = bytes.next();
      if (value == ByteScanner.END || value == '\n') {
        return new RawRecord(start, record.toByteArray());
      }
      record.write(value);
      if (value == '"' && fieldStarts) {
        copyQuoted(record);
      }
      fieldStarts = value == ',';
    }
  }

  /** Takes up to the closing quote; a doubled quote stands for one and closes nothing. */
  private void copyQuoted(ByteArrayOutputStream record) throws IOException {
    long opened = bytes.offset() - 1;
    while (true) {
      int value = bytes.next();
      if (value == ByteScanner.END) {
        throw new PreparationException(
            "Cannot read %s: the quote at byte %d is never closed; repair the file"
                .formatted(file.name(), opened));
      }
      record.write(value);
      if (value == '"') {
        if (bytes.peek() != '"') {
          return;
        }
        record.write(bytes.next());
      }
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
