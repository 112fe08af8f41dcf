package org.silotune.fed.client;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arrays of numbers in a stream of Java's serialisation, which itself converts them one by one:
 * here they go by the buffer, their length first.
 */
public final class TensorBytes {

  private static final int BUFFER_BYTES = 1 << 16;

  private TensorBytes() {}

  /**
   * Moves {@code count} values from or to the beginning of a buffer, the first one {@code from}.
   */
  private interface Move {
    void values(ByteBuffer buffer, int from, int count);
  }

  /** Writes an array. */
  public static void write(float[] values, DataOutput out) throws IOException {
    write(
        values.length,
        Float.BYTES,
        (buffer, from, count) -> buffer.asFloatBuffer().put(values, from, count),
        out);
  }

  /** Writes an array. */
  public static void write(long[] values, DataOutput out) throws IOException {
    write(
        values.length,
        Long.BYTES,
        (buffer, from, count) -> buffer.asLongBuffer().put(values, from, count),
        out);
  }

  /** Reads what {@link #write(float[], DataOutput)} wrote. */
  public static float[] readFloats(DataInput in) throws IOException {
    float[] values = new float[in.readInt()];
    read(
        values.length,
        Float.BYTES,
        (buffer, from, count) -> buffer.asFloatBuffer().get(values, from, count),
        in);
    return values;
  }

  /** Reads what {@link #write(long[], DataOutput)} wrote. */
  public static long[] readLongs(DataInput in) throws IOException {
    long[] values = new long[in.readInt()];
    read(
        values.length,
        Long.BYTES,
        (buffer, from, count) -> buffer.asLongBuffer().get(values, from, count),
        in);
    return values;
  }

  private static void write(int length, int width, Move move, DataOutput out) throws IOException {
    out.writeInt(length);
    byte[] bytes = bytes(length, width);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int step = bytes.length / width;
    for (int from = 0; from < length; from += step) {
      int count = Math.min(step, length - from);
      move.values(buffer, from, count);
      out.write(bytes, 0, count * width);
    }
  }

  private static void read(int length, int width, Move move, DataInput in) throws IOException {
    byte[] bytes = bytes(length, width);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int step = bytes.length / width;
    for (int from = 0; from < length; from += step) {
      int count = Math.min(step, length - from);
      in.readFully(bytes, 0, count * width);
      move.values(buffer, from, count);
    }
  }

  private static byte[] bytes(int length, int width) {
    return new byte[(int) Math.min(BUFFER_BYTES, (long) length * width)];
  }
}
