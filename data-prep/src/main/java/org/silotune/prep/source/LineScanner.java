package org.silotune.prep.source;

import java.io.IOException;
import java.util.Optional;

/** The lines whose first byte lies in a slice of a file. A line ends with a line feed. */
final class LineScanner implements RecordScanner {

  private final ByteScanner bytes;
  private final long end;

  /**
   * A scanner of the lines that start at {@code start} or later and before {@code end}.
   *
   * @throws IOException if the file cannot be read
   */
  LineScanner(SourceFile file, long start, long end) throws IOException {
    bytes = file.open(firstByte(start));
    this.end = end;
    if (start > 0) {
      skipLine();
    } else {
      bytes.skipByteOrderMark();
    }
  }

  /** Returns the byte before a slice: if it is a line feed, the line at the start is its own. */
  static long firstByte(long start) {
    return Math.max(0, start - 1);
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    while (bytes.offset() < end && bytes.peek() != ByteScanner.END) {
      ByteScanner.Place start = bytes.place();
      RawRecord record = bytes.line().at(start);
      if (!record.isBlank()) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  private void skipLine() throws IOException {
    for (int value = bytes.next(); value != ByteScanner.END && value != '\n'; ) {
      value = bytes.next();
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
