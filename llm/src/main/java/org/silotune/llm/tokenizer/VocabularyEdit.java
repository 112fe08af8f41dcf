package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.silotune.llm.LlmException;

/** Reads the vocabulary of a tokenizer.json, and respells tokens in it without moving an id. */
final class VocabularyEdit {

  private VocabularyEdit() {}

  /**
   * Returns the id of every token, the added ones included.
   *
   * @throws LlmException if there is no vocabulary, or two places disagree about an id
   */
  static Map<String, Integer> ids(String origin, ObjectNode tokenizer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    Map<String, Integer> ids = new HashMap<>();
    if (vocabulary instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        ids.put(entry.getKey(), id(origin, entry.getKey(), entry.getValue()));
      }
    } else if (vocabulary instanceof ArrayNode pieces) {
      for (int i = 0; i < pieces.size(); i++) {
        ids.put(pieces.get(i).path(0).asText(), i);
      }
    } else {
      throw new LlmException("Invalid tokenizer %s: no model.vocab".formatted(origin));
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String text = token.path("content").asText();
      int id = id(origin, text, token.path("id"));
      Integer known = ids.putIfAbsent(text, id);
      if (known != null && known != id) {
        throw new LlmException(
            "Invalid tokenizer %s: token %s has id %d in added_tokens and %d in model.vocab"
                .formatted(origin, text, id, known));
      }
    }
    return ids;
  }

  private static int id(String origin, String token, JsonNode id) {
    if (!id.canConvertToInt() || id.intValue() < 0) {
      throw new LlmException(
          "Invalid tokenizer %s: token %s has id %s".formatted(origin, token, id));
    }
    return id.intValue();
  }

  /**
   * Respells {@code tokens} in place. Merges that would build one of them from its characters are
   * dropped, so that only the new spelling yields its id.
   */
  static void rename(ObjectNode tokenizer, Set<String> tokens, UnaryOperator<String> spelling) {
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String text = token.path("content").asText();
      if (tokens.contains(text)) {
        ((ObjectNode) token).put("content", spelling.apply(text));
      }
    }
    JsonNode model = tokenizer.path("model");
    if (model.path("vocab") instanceof ObjectNode vocabulary) {
      for (String token : tokens) {
        JsonNode id = vocabulary.remove(token);
        if (id != null) {
          vocabulary.set(spelling.apply(token), id);
        }
      }
    } else if (model.path("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        if (tokens.contains(piece.path(0).asText())) {
          ((ArrayNode) piece).set(0, TextNode.valueOf(spelling.apply(piece.path(0).asText())));
        }
      }
    }
    if (tokens.contains(model.path("unk_token").asText())) {
      ((ObjectNode) model).put("unk_token", spelling.apply(model.path("unk_token").asText()));
    }
    dropMerges(model.path("merges"), new HashSet<>(tokens));
  }

  private static void dropMerges(JsonNode merges, Set<String> tokens) {
    for (Iterator<JsonNode> iterator = merges.elements(); iterator.hasNext(); ) {
      JsonNode merge = iterator.next();
      String left;
      String right;
      if (merge.isArray()) {
        left = merge.path(0).asText();
        right = merge.path(1).asText();
      } else {
        int space = merge.asText().indexOf(' ');
        left = merge.asText().substring(0, Math.max(space, 0));
        right = merge.asText().substring(space + 1);
      }
      if (tokens.contains(left) || tokens.contains(right) || tokens.contains(left + right)) {
        iterator.remove();
      }
    }
  }
}
