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

  ByteScanner(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /** Returns the offset of the byte that {@link #next} returns. */
  long offset() {
    return offset;
  }

  /** Returns the next byte, 0 to 255, or {@link #END}. */
  int next() throws IOException {
    int value = peek();
    if (value != END) {
      position++;
      offset++;
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
    for (int value = next(); value != END && value != '\n'; value = next()) {
      line.add(value);
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
