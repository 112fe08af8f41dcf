package org.silotune.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Expected values from a safetensors file: float32 and int64 tensors, read by nothing of the code
 * under test.
 */
public final class GoldenTensors {

  private final Path file;
  private final TreeMap<String, JsonNode> headers = new TreeMap<>();
  private final ByteBuffer data;

  private GoldenTensors(Path file, byte[] bytes) throws IOException {
    this.file = file;
    int headerLength = (int) littleEndian(bytes, 0, 8).getLong();
    String header = new String(bytes, 8, headerLength, StandardCharsets.UTF_8);
    new ObjectMapper()
        .readTree(header)
        .properties()
        .forEach(
            e -> {
              if (!e.getKey().equals("__metadata__")) {
                headers.put(e.getKey(), e.getValue());
              }
            });
    data = littleEndian(bytes, 8 + headerLength, bytes.length - 8 - headerLength);
  }

  /** Reads a file; one that is missing fails the test. */
  public static GoldenTensors read(Path file) {
    try {
      return new GoldenTensors(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Missing golden file " + file, e);
    }
  }

  /** Returns what follows {@code prefix} in the names that start with it. */
  public Set<String> namesUnder(String prefix) {
    TreeSet<String> names = new TreeSet<>();
    for (String name : headers.keySet()) {
      if (name.startsWith(prefix)) {
        names.add(name.substring(prefix.length()));
      }
    }
    return names;
  }

  /** Returns the row-major values of a float32 tensor. */
  public float[] floats(String name) {
    ByteBuffer bytes = slice(name, "F32");
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** Returns the values of an int64 tensor, such as token ids. */
  public int[] ints(String name) {
    ByteBuffer bytes = slice(name, "I64");
    int[] values = new int[bytes.remaining() / Long.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact(bytes.getLong());
    }
    return values;
  }

  private ByteBuffer slice(String name, String dtype) {
    JsonNode header = headers.get(name);
    if (header == null || !header.get("dtype").asText().equals(dtype)) {
      throw new AssertionError("Missing %s tensor %s in %s".formatted(dtype, name, file));
    }
    int begin = header.get("data_offsets").get(0).asInt();
    int end = header.get("data_offsets").get(1).asInt();
    return data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer littleEndian(byte[] bytes, int offset, int length) {
    return ByteBuffer.wrap(bytes, offset, length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
