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

  /** Writes an array. */
  public static void write(float[] values, DataOutput out) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = buffer(values.length, Float.BYTES);
    var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int step = bytes.length / Float.BYTES;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      view.put(0, values, i, count);
      out.write(bytes, 0, count * Float.BYTES);
    }
  }

  /** Reads what {@link #write(float[], DataOutput)} wrote. */
  public static float[] readFloats(DataInput in) throws IOException {
    float[] values = new float[in.readInt()];
    byte[] bytes = buffer(values.length, Float.BYTES);
    var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int step = bytes.length / Float.BYTES;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      in.readFully(bytes, 0, count * Float.BYTES);
      view.get(0, values, i, count);
    }
    return values;
  }

  /** Writes an array. */
  public static void write(long[] values, DataOutput out) throws IOException {
    out.writeInt(values.length);
    byte[] bytes = buffer(values.length, Long.BYTES);
    var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    int step = bytes.length / Long.BYTES;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      view.put(0, values, i, count);
      out.write(bytes, 0, count * Long.BYTES);
    }
  }

  /** Reads what {@link #write(long[], DataOutput)} wrote. */
  public static long[] readLongs(DataInput in) throws IOException {
    long[] values = new long[in.readInt()];
    byte[] bytes = buffer(values.length, Long.BYTES);
    var view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    int step = bytes.length / Long.BYTES;
    for (int i = 0; i < values.length; i += step) {
      int count = Math.min(step, values.length - i);
      in.readFully(bytes, 0, count * Long.BYTES);
      view.get(0, values, i, count);
    }
    return values;
  }

  private static byte[] buffer(int length, int bytes) {
    return new byte[(int) Math.min(BUFFER_BYTES, (long) length * bytes)];
  }
}
