package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The files that the golden scripts wrote. */
final class GoldenJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private GoldenJson() {}

  static JsonNode json(String name) throws IOException {
    try (InputStream stream = open(name)) {
      return MAPPER.readTree(name.endsWith(".gz") ? new GZIPInputStream(stream) : stream);
    }
  }

  static String text(String name) throws IOException {
    try (InputStream stream = open(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static Path path(String name) throws URISyntaxException {
    return Path.of(url(name).toURI());
  }

  static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).intValue();
    }
    return ids;
  }

  static List<ChatMessage> messages(JsonNode array) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : array) {
      messages.add(
          new ChatMessage(message.path("role").asText(), message.path("content").asText()));
    }
    return messages;
  }

  private static InputStream open(String name) throws IOException {
    return url(name).openStream();
  }

  private static URL url(String name) {
    return requireNonNull(GoldenJson.class.getResource("/golden/" + name), name);
  }
}
