package org.silotune.llm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a GGUF file, version 3, that is all metadata. */
final class GgufMetadataFile {

  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Map<String, Object> entries = new LinkedHashMap<>();

  /** Sets a key to a String, Integer, Boolean or a List of one of these or of Float. */
  GgufMetadataFile with(String key, Object value) {
    entries.put(key, value);
    return this;
  }

  GgufMetadataFile without(String key) {
    entries.remove(key);
    return this;
  }

  Path write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("GGUF".getBytes(UTF_8));
    u32(bytes, 3);
    u64(bytes, 0);
    u64(bytes, entries.size());
    entries.forEach(
        (key, value) -> {
          text(bytes, key);
          u32(bytes, type(value));
          value(bytes, value);
        });
    return Files.write(file, bytes.toByteArray());
  }

  private static int type(Object value) {
    if (value instanceof List) {
      return ARRAY;
    }
    if (value instanceof Boolean) {
      return BOOL;
    }
    if (value instanceof Float) {
      return FLOAT32;
    }
    return value instanceof Integer ? UINT32 : STRING;
  }

  private static void value(ByteArrayOutputStream bytes, Object value) {
    if (value instanceof List<?> list) {
      int type = list.isEmpty() ? STRING : type(list.get(0));
      u32(bytes, type == UINT32 ? INT32 : type);
      u64(bytes, list.size());
      list.forEach(element -> value(bytes, element));
    } else if (value instanceof Boolean flag) {
      bytes.write(flag ? 1 : 0);
    } else if (value instanceof Float real) {
      u32(bytes, Float.floatToIntBits(real));
    } else if (value instanceof Integer whole) {
      u32(bytes, whole);
    } else {
      text(bytes, value.toString());
    }
  }

  private static void text(ByteArrayOutputStream bytes, String text) {
    u64(bytes, text.getBytes(UTF_8).length);
    bytes.writeBytes(text.getBytes(UTF_8));
  }

  private static void u32(ByteArrayOutputStream bytes, int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private static void u64(ByteArrayOutputStream bytes, long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
