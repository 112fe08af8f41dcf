package org.silotune.prep.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Bytes one by one, with the offset of the next. Nothing is decoded. */
final class ByteScanner implements Closeable {

  /** What {@link #next} and {@link #peek} return at the end. */
  static final int END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long offset;
  private long lineFeeds;

  /**
   * Where a record begins.
   *
   * @param offset of its first byte
   * @param lineFeeds between the byte that scanning began at and the record
   */
  record Place(long offset, long lineFeeds) {}

  ByteScanner(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /** Returns the offset of the byte that {@link #next} returns. */
  long offset() {
    return offset;
  }

  /** Returns the place of the byte that {@link #next} returns. */
  Place place() {
    return new Place(offset, lineFeeds);
  }

  /** Returns the next byte, 0 to 255, or {@link #END}. */
  int next() throws IOException {
    int value = peek();
    if (value != END) {
      position++;
      offset++;
      lineFeeds += value == '\n' ? 1 : 0;
    }
    return value;
  }

  /** Returns the next byte without taking it. */
  int peek() throws IOException {
    if (position == limit) {
      position = 0;
      limit = in.readNBytes(buffer, 0, buffer.length);
      if (limit == 0) {
        return END;
      }
    }
    return buffer[position] & 0xff;
  }

  /** Takes a byte order mark, if the file starts with one. */
  void skipByteOrderMark() throws IOException {
    if (offset == 0 && peek() == 0xef && limit - position >= 3) {
      if ((buffer[position + 1] & 0xff) == 0xbb && (buffer[position + 2] & 0xff) == 0xbf) {
        position += 3;
        offset += 3;
      }
    }
  }

  /** Takes the rest of a line with its line feed; returns what is before it. */
  RecordBytes line() throws IOException {
    RecordBytes line = new RecordBytes();
    while (peek() != END) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.add(buffer, position, end - position);
      offset += end - position;
      position = end;
      if (end < limit) {
        next();
        line.end();
        return line;
      }
    }
    return line;
  }

  /** Takes what is before an offset; returns the line feeds in it. */
  long lineFeedsUntil(long end) throws IOException {
    long before = lineFeeds;
    while (offset < end && peek() != END) {
      int count = (int) Math.min(limit - position, end - offset);
      for (int i = position; i < position + count; i++) {
        lineFeeds += buffer[i] == '\n' ? 1 : 0;
      }
      position += count;
      offset += count;
    }
    return lineFeeds - before;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
