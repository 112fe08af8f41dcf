package org.silotune.llm.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file, read in one pass and trusted in nothing.
 *
 * <p>{@code {"__metadata__": {text: text}, name: {"dtype": text, "shape": [int], "data_offsets":
 * [begin, end]}}}, offsets relative to the first byte after the header. A name given twice, an
 * unknown key or type, a shape whose product is not the length of its data: each is refused.
 */
final class SafetensorsHeader {

  private static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final long dataStart;
  private final Map<String, String> metadata = new TreeMap<>();
  private final List<TensorRegion> regions = new ArrayList<>();

  private SafetensorsHeader(Path file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  /**
   * Parses the header.
   *
   * @param file the file, for messages
   * @param json the bytes of the header
   * @param dataStart the position in the file of the first byte after the header
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataStart) {
    SafetensorsHeader header = new SafetensorsHeader(file, dataStart);
    try (JsonParser parser = JSON.createParser(json)) {
      header.parse(parser);
    } catch (IOException e) {
      throw CorruptCheckpointException.of(
          file, "header", "JSON of the safetensors format", firstLine(e), e);
    }
    return header;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  List<TensorRegion> regions() {
    return regions;
  }

  private void parse(JsonParser parser) throws IOException {
    require(parser, parser.nextToken(), JsonToken.START_OBJECT, "header");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      require(parser, parser.nextToken(), JsonToken.START_OBJECT, "header, entry " + name);
      if (name.equals(METADATA)) {
        parseMetadata(parser);
      } else {
        regions.add(parseTensor(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw CorruptCheckpointException.of(
          file, "header", "nothing after its closing brace", parser.currentToken());
    }
  }

  private void parseMetadata(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String where = "header, %s entry %s".formatted(METADATA, key);
      require(parser, parser.nextToken(), JsonToken.VALUE_STRING, where);
      metadata.put(key, parser.getText());
    }
  }

  private TensorRegion parseTensor(JsonParser parser, String name) throws IOException {
    String where = "header, tensor " + name;
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseDType(parser, where);
        case "shape" -> shape = parseLongs(parser, where + ", shape");
        case "data_offsets" -> offsets = parseLongs(parser, where + ", data_offsets");
        default ->
            throw CorruptCheckpointException.of(
                file, where, "the keys dtype, shape and data_offsets", key);
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw CorruptCheckpointException.of(
          file,
          where,
          "dtype, shape and two data_offsets",
          "dtype %s, shape of %s dimensions, %s data_offsets"
              .formatted(dtype, lengthOf(shape), lengthOf(offsets)));
    }
    return region(where, name, dtype, shape, offsets);
  }

  private TensorRegion region(
      String where, String name, DType dtype, long[] shape, long[] offsets) {
    TensorInfo info;
    try {
      info = new TensorInfo(name, dtype, shape);
    } catch (IllegalArgumentException e) {
      throw CorruptCheckpointException.of(
          file, where + ", shape", "a shape of fewer than 2^63 bytes", e.getMessage(), e);
    }
    if (offsets[1] - offsets[0] != info.byteLength()) {
      throw CorruptCheckpointException.of(
          file,
          where + ", data_offsets",
          "%d bytes for %s".formatted(info.byteLength(), info),
          "%d to %d".formatted(offsets[0], offsets[1]));
    }
    if (offsets[0] > Long.MAX_VALUE - dataStart - info.byteLength()) {
      throw CorruptCheckpointException.of(
          file, where + ", data_offsets", "offsets inside the file", offsets[0]);
    }
    return new TensorRegion(info, dataStart + offsets[0]);
  }

  private DType parseDType(JsonParser parser, String where) throws IOException {
    require(parser, parser.currentToken(), JsonToken.VALUE_STRING, where + ", dtype");
    String name = parser.getText();
    return DType.byName(name)
        .orElseThrow(
            () ->
                CorruptCheckpointException.of(
                    file, where + ", dtype", "one of " + List.of(DType.values()), name));
  }

  private long[] parseLongs(JsonParser parser, String where) throws IOException {
    require(parser, parser.currentToken(), JsonToken.START_ARRAY, where);
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      long value = parser.getLongValue();
      if (value < 0) {
        throw CorruptCheckpointException.of(file, where, "numbers >= 0", value);
      }
      values.add(value);
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private void require(
      JsonParser parser, @Nullable JsonToken found, JsonToken expected, String where)
      throws IOException {
    if (found != expected) {
      throw CorruptCheckpointException.of(
          file, where, expected, found == null ? "the end" : found + " " + parser.getText());
    }
  }

  private static String lengthOf(long @Nullable [] values) {
    return values == null ? "no" : String.valueOf(values.length);
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
