package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;

/** Reads a {@code config.json}; what its keys mean is the model's business. */
final class HfConfigFile {

  private static final long MAX_BYTES = 16_000_000;

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
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw CorruptCheckpointException.of(file, "size", "at most " + MAX_BYTES, size);
      }
      return Files.readAllBytes(file);
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
