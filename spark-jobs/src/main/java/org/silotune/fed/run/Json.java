package org.silotune.fed.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.silotune.fed.FederationException;

/** A run's JSON files: records with kebab-case keys, in the order of their components. */
final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new OptionalNumbers())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  static byte[] bytes(Object value) {
    try {
      return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write %s as JSON".formatted(value.getClass()), e);
    }
  }

  static <T> T read(byte[] bytes, Class<T> type, String from) {
    try {
      return MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw new FederationException(
          "Cannot read %s: not the %s of a run: %s"
              .formatted(from, type.getSimpleName(), e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }
}
