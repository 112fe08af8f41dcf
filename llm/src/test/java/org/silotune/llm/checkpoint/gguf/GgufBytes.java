package org.silotune.llm.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the parts of a GGUF file one by one, true or not. */
public final class GgufBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Begins a version 3 file. */
  public static GgufBytes begin(long tensors, long entries) {
    return new GgufBytes().raw("GGUF").u32(3).u64(tensors).u64(entries);
  }

  public GgufBytes raw(String text) {
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public GgufBytes u8(int value) {
    bytes.write(value);
    return this;
  }

  public GgufBytes u32(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  public GgufBytes u64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  public GgufBytes text(String text) {
    return u64(text.getBytes(StandardCharsets.UTF_8).length).raw(text);
  }

  /** Adds a tensor entry; dimensions innermost first, as in the file. */
  public GgufBytes tensor(String name, int type, long offset, long... dimensions) {
    text(name).u32(dimensions.length);
    for (long dimension : dimensions) {
      u64(dimension);
    }
    return u32(type).u64(offset);
  }

  /** Pads to a multiple of 32 and adds zero bytes of data. */
  public GgufBytes data(int count) {
    while (bytes.size() % 32 != 0) {
      bytes.write(0);
    }
    bytes.writeBytes(new byte[count]);
    return this;
  }

  /** Adds float32 values. */
  public GgufBytes f32(float... values) {
    for (float value : values) {
      u32(Float.floatToRawIntBits(value));
    }
    return this;
  }

  public int size() {
    return bytes.size();
  }

  public Path write(Path file) {
    try {
      return Files.write(file, bytes.toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
