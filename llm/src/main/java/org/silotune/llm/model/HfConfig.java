package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.silotune.llm.LlmException;

/**
 * Typed access to a Hugging Face config.json. A key that is absent and one that is null are the
 * same thing, as in transformers.
 */
final class HfConfig {

  private final JsonNode root;

  HfConfig(JsonNode root) {
    this.root = root;
  }

  String modelType() {
    return text("model_type").orElseThrow(() -> missing("model_type"));
  }

  int integer(String key) {
    return optionalInteger(key).orElseThrow(() -> missing(key));
  }

  Optional<Integer> optionalInteger(String key) {
    return value(key)
        .map(
            node -> {
              if (!node.isIntegralNumber() || !node.canConvertToInt()) {
                throw invalid(key, node, "an integer");
              }
              return node.intValue();
            });
  }

  /**
   * Checks that a number is there and in range.
   *
   * @throws LlmException if it is not
   */
  void requireInteger(String key, int least, int most) {
    int value = integer(key);
    if (value < least || value > most) {
      throw invalid(key, value, "%d to %d".formatted(least, most));
    }
  }

  double number(String key) {
    return optionalNumber(key).orElseThrow(() -> missing(key));
  }

  Optional<Double> optionalNumber(String key) {
    return value(key)
        .map(
            node -> {
              if (!node.isNumber()) {
                throw invalid(key, node, "a number");
              }
              return node.doubleValue();
            });
  }

  boolean flag(String key, boolean absent) {
    return value(key)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw invalid(key, node, "true or false");
              }
              return node.booleanValue();
            })
        .orElse(absent);
  }

  Optional<String> text(String key) {
    return value(key)
        .map(
            node -> {
              if (!node.isTextual()) {
                throw invalid(key, node, "a text");
              }
              return node.textValue();
            });
  }

  Optional<List<String>> texts(String key) {
    return value(key)
        .map(
            node -> {
              if (!node.isArray()) {
                throw invalid(key, node, "a list of texts");
              }
              return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
            });
  }

  /** Returns the object under {@code key}. */
  Optional<HfConfig> object(String key) {
    return value(key)
        .map(
            node -> {
              if (!node.isObject()) {
                throw invalid(key, node, "an object");
              }
              return new HfConfig(node);
            });
  }

  /** Returns this configuration with {@code value} where {@code key} is absent. */
  HfConfig withDefault(String key, int value) {
    if (value(key).isPresent()) {
      return this;
    }
    return new HfConfig(((ObjectNode) root.deepCopy()).put(key, value));
  }

  /** Returns an object without keys, where every default applies. */
  HfConfig emptyObject() {
    return new HfConfig(JsonNodeFactory.instance.objectNode());
  }

  /**
   * Checks that a key that changes the forward pass is absent or has the only value supported.
   *
   * @throws LlmException if it has another
   */
  void requireAbsentOr(String key, String supported) {
    value(key)
        .filter(node -> !node.asText().equals(supported))
        .ifPresent(
            node -> {
              throw invalid(key, node, supported);
            });
  }

  LlmException missing(String key) {
    return new LlmException("Missing %s in config.json".formatted(key));
  }

  LlmException invalid(String key, Object value, String expected) {
    return new LlmException(
        "Invalid %s in config.json: %s; expected %s".formatted(key, value, expected));
  }

  private Optional<JsonNode> value(String key) {
    return Optional.ofNullable(root.get(key)).filter(node -> !node.isNull());
  }
}
