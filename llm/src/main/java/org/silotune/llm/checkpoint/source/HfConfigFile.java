package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.WholeFile;

/** Reads a {@code config.json}; what its keys mean is the model's business. */
final class HfConfigFile {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private HfConfigFile() {}

  static JsonNode read(Path file) {
    JsonNode json = parse(file, bytes(file));
    if (!json.isObject()) {
      throw CorruptCheckpointException.of(file, "JSON", "an object", json.getNodeType());
    }
    return json;
  }

  private static byte[] bytes(Path file) {
    try {
      return WholeFile.read(file, WholeFile.SETTINGS_BYTES);
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }

  private static JsonNode parse(Path file, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      String firstLine = message.lines().findFirst().orElse("");
      throw CorruptCheckpointException.of(file, "JSON", "an object", firstLine, e);
    }
  }
}
