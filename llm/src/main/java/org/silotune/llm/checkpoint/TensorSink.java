package org.silotune.llm.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Takes the values of one tensor after the other, row-major, and appends them to a file. One
 * instance writes one file; not thread-safe.
 */
public final class TensorSink implements FloatSink {

  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private DType dtype = DType.F32;
  private long written;

  TensorSink(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Appends floats, narrowed to the tensor's own type.
   *
   * @throws IllegalStateException if the tensor's type is not F32, F16 or BF16
   */
  @Override
  public void floats(float[] values, int offset, int count) throws IOException {
    int perBuffer = BUFFER_BYTES / dtype.byteSize();
    for (int done = 0; done < count; ) {
      int chunk = Math.min(perBuffer, count - done);
      drain();
      encode(values, offset + done, chunk);
      done += chunk;
      written += (long) chunk * dtype.byteSize();
    }
  }

  /** Appends the remaining bytes of {@code stored}, little-endian values of the tensor's type. */
  public void bytes(ByteBuffer stored) throws IOException {
    drain();
    written += stored.remaining();
    ByteBuffer view = stored.duplicate();
    while (view.hasRemaining()) {
      channel.write(view);
    }
  }

  /** Begins a tensor of this type. */
  void begin(DType type) {
    dtype = type;
    written = 0;
  }

  /** Returns the bytes appended since the tensor began. */
  long written() {
    return written;
  }

  /** Hands everything appended so far to the file. */
  void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  private void encode(float[] values, int offset, int count) {
    if (dtype == DType.F32) {
      buffer.asFloatBuffer().put(values, offset, count);
      buffer.position(count * Float.BYTES);
    } else if (dtype == DType.F16) {
      for (int i = offset; i < offset + count; i++) {
        buffer.putShort(HalfFloats.toF16(values[i]));
      }
    } else if (dtype == DType.BF16) {
      for (int i = offset; i < offset + count; i++) {
        buffer.putShort(HalfFloats.toBf16(values[i]));
      }
    } else {
      throw new IllegalStateException("Cannot write floats as %s".formatted(dtype));
    }
  }
}
