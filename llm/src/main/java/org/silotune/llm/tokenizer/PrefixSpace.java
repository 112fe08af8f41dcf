package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The space that some tokenizers put before a text, so that its first word reads like any other.
 * Three steps of a tokenizer.json can do so: the normalizer {@code Prepend}, and the pre-tokenizers
 * {@code Metaspace} and {@code ByteLevel}.
 */
final class PrefixSpace {

  private PrefixSpace() {}

  static boolean isAdded(ObjectNode tokenizer) {
    return isAddedBy(tokenizer.path("normalizer")) || isAddedBy(tokenizer.path("pre_tokenizer"));
  }

  /** Switches it off in place. */
  static void remove(ObjectNode tokenizer) {
    if (isPrepend(tokenizer.path("normalizer"))) {
      tokenizer.putNull("normalizer");
    }
    removeFrom(tokenizer.path("normalizer"));
    removeFrom(tokenizer.path("pre_tokenizer"));
  }

  private static boolean isAddedBy(JsonNode step) {
    for (JsonNode inner : steps(step)) {
      if (isAddedBy(inner)) {
        return true;
      }
    }
    return switch (step.path("type").asText()) {
      case "Prepend" -> true;
      case "Metaspace" -> !step.path("prepend_scheme").asText("always").equals("never");
      case "ByteLevel" -> step.path("add_prefix_space").asBoolean();
      default -> false;
    };
  }

  private static void removeFrom(JsonNode step) {
    if (steps(step) instanceof ArrayNode inner) {
      for (int i = inner.size() - 1; i >= 0; i--) {
        if (isPrepend(inner.get(i))) {
          inner.remove(i);
        } else {
          removeFrom(inner.get(i));
        }
      }
    }
    if (step instanceof ObjectNode object) {
      switch (object.path("type").asText()) {
        case "Metaspace" -> object.put("prepend_scheme", "never").remove("add_prefix_space");
        case "ByteLevel" -> object.put("add_prefix_space", false);
        default -> {}
      }
    }
  }

  private static boolean isPrepend(JsonNode step) {
    return step.path("type").asText().equals("Prepend");
  }

  private static JsonNode steps(JsonNode step) {
    return step.has("normalizers") ? step.path("normalizers") : step.path("pretokenizers");
  }
}
