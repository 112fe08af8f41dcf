package org.silotune.llm.checkpoint.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;

/**
 * Reads the head of a GGUF file front to back, little-endian, and knows where it is. A length or
 * count is believed only as far as the rest of the file could hold it.
 */
final class GgufCursor {

  /** The most bytes of one string: far above any chat template, far below a hostile length. */
  private static final int MAX_TEXT_BYTES = 1 << 24;

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** The position in the file of the first byte after the buffer. */
  private long filled;

  GgufCursor(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  long position() {
    return filled - buffer.remaining();
  }

  long remaining() {
    return size - position();
  }

  byte int8(String what) {
    return need(Byte.BYTES, what).get();
  }

  short int16(String what) {
    return need(Short.BYTES, what).getShort();
  }

  int int32(String what) {
    return need(Integer.BYTES, what).getInt();
  }

  long uint32(String what) {
    return Integer.toUnsignedLong(int32(what));
  }

  long int64(String what) {
    return need(Long.BYTES, what).getLong();
  }

  /** Reads an unsigned 64-bit integer that a long can hold. */
  long uint64(String what) {
    long at = position();
    long value = int64(what);
    if (value < 0) {
      throw corrupt(at, what, "at most 2^63 - 1", Long.toUnsignedString(value));
    }
    return value;
  }

  /** Reads a count of things that take at least {@code minimumBytes} each from here on. */
  int count(String what, int minimumBytes, int limit) {
    long at = position();
    long value = int64(what);
    long most = Math.min(limit, remaining() / minimumBytes);
    if (value < 0 || value > most) {
      throw corrupt(at, what, "at most %d".formatted(most), Long.toUnsignedString(value));
    }
    return (int) value;
  }

  /** Reads a length and so many bytes of UTF-8. */
  String text(String what) {
    int length = count(what + ", length", 1, MAX_TEXT_BYTES);
    long at = position();
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      if (!buffer.hasRemaining()) {
        need(1, what);
      }
      int chunk = Math.min(buffer.remaining(), length - done);
      buffer.get(bytes, done, chunk);
      done += chunk;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CorruptCheckpointException.of(
          path, place(at, what), "UTF-8", "other bytes (" + e.getMessage() + ")", e);
    }
  }

  CorruptCheckpointException corrupt(long at, String what, Object expected, Object found) {
    return CorruptCheckpointException.of(path, place(at, what), expected, found);
  }

  /** Returns the buffer with at least {@code bytes} (at most 8) to read. */
  private ByteBuffer need(int bytes, String what) {
    if (buffer.remaining() < bytes) {
      if (remaining() < bytes) {
        throw corrupt(
            position(),
            what,
            "%d more bytes".formatted(bytes),
            "the end of the file at %d".formatted(size));
      }
      refill(bytes);
    }
    return buffer;
  }

  private void refill(int bytes) {
    try {
      buffer.compact();
      while (buffer.position() < bytes) {
        int read = channel.read(buffer, filled);
        if (read < 0) {
          throw corrupt(filled, "end of file", "%d bytes".formatted(size), "fewer");
        }
        filled += read;
      }
      buffer.flip();
    } catch (IOException e) {
      throw LlmException.cannot("read", path, e);
    }
  }

  private static String place(long at, String what) {
    return "byte %d, %s".formatted(at, what);
  }
}
