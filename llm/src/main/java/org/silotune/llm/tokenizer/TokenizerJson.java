package org.silotune.llm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.silotune.llm.LlmException;

/**
 * A Hugging Face tokenizer.json in canonical form: keys sorted, no white space, no truncation, no
 * padding. Only the canonical text is kept: the tree of a large vocabulary takes ten times as much.
 *
 * <p>Format: what the {@code tokenizers} library writes, version 1.0.
 */
final class TokenizerJson {

  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private final String origin;
  private final String canonical;
  private final Map<String, Integer> specialTokens = new LinkedHashMap<>();
  private final Map<String, Integer> addedTokens = new LinkedHashMap<>();
  private final Optional<WordCutter> words;
  private final int vocabularySize;
  private final boolean addsPrefixSpace;
  private final boolean addsBos;

  /**
   * Takes {@code root} over.
   *
   * @param origin the file it is from, for messages
   * @throws LlmException if it is no tokenizer
   */
  TokenizerJson(String origin, ObjectNode root) {
    this.origin = origin;
    root.putNull("truncation");
    root.putNull("padding");
    Map<String, Integer> ids = VocabularyEdit.ids(origin, root);
    boolean verbatim = true;
    for (JsonNode token : root.path("added_tokens")) {
      String text = token.path("content").asText();
      addedTokens.put(text, ids.get(text));
      if (token.path("special").asBoolean()) {
        specialTokens.put(text, ids.get(text));
      }
      verbatim &= isVerbatim(token);
    }
    this.words = verbatim ? WordCutter.of(root) : Optional.empty();
    this.vocabularySize = ids.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    this.addsPrefixSpace = PrefixSpace.isAdded(root);
    this.addsBos = startsWithSpecialToken(root.path("post_processor"));
    this.canonical = write(root);
  }

  /** Parses the bytes of a tokenizer.json. */
  static TokenizerJson parse(String origin, byte[] json) {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode root) {
        return new TokenizerJson(origin, root);
      }
    } catch (JsonProcessingException e) {
      throw new LlmException(
          "Invalid tokenizer %s: %s, line %d, column %d"
              .formatted(
                  origin,
                  e.getOriginalMessage(),
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()),
          e);
    } catch (IOException e) {
      throw new LlmException("Cannot read tokenizer %s: %s".formatted(origin, e.getMessage()), e);
    }
    throw new LlmException("Invalid tokenizer %s: not a JSON object".formatted(origin));
  }

  String origin() {
    return origin;
  }

  /** Returns the canonical text. */
  String canonical() {
    return canonical;
  }

  /** Returns the sha256 of the canonical text in UTF-8, in lower-case hex. */
  String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(canonical.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Returns the special tokens and their ids. */
  Map<String, Integer> specialTokens() {
    return Collections.unmodifiableMap(specialTokens);
  }

  /** Returns the tokens that are found in a text before it is cut into words, and their ids. */
  Map<String, Integer> addedTokens() {
    return Collections.unmodifiableMap(addedTokens);
  }

  /** Returns how a text between added tokens is cut into words, where that is known. */
  Optional<WordCutter> words() {
    return words;
  }

  int vocabularySize() {
    return vocabularySize;
  }

  /** Returns whether a text is encoded as if a space stood before it. */
  boolean addsPrefixSpace() {
    return addsPrefixSpace;
  }

  /** Returns whether the post-processor, which is never run here, puts a token before a text. */
  boolean addsBos() {
    return addsBos;
  }

  /** Returns this tokenizer without the space before a text. */
  TokenizerJson withoutPrefixSpace() {
    ObjectNode root = tree();
    PrefixSpace.remove(root);
    return new TokenizerJson(origin, root);
  }

  /** Returns this tokenizer with every special token spelled {@code seal(text)}, same ids. */
  TokenizerJson sealed(UnaryOperator<String> seal) {
    ObjectNode root = tree();
    VocabularyEdit.rename(root, specialTokens.keySet(), seal);
    return new TokenizerJson(origin, root);
  }

  /** Returns whether an added token is found wherever its characters stand, and takes no more. */
  private static boolean isVerbatim(JsonNode token) {
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      if (token.path(flag).asBoolean()) {
        return false;
      }
    }
    return true;
  }

  private ObjectNode tree() {
    try {
      return (ObjectNode) MAPPER.readTree(canonical);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Canonical tokenizer does not parse", e);
    }
  }

  private static String write(ObjectNode root) {
    try {
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a tree as JSON", e);
    }
  }

  private static boolean startsWithSpecialToken(JsonNode postProcessor) {
    for (JsonNode processor : postProcessor.path("processors")) {
      if (startsWithSpecialToken(processor)) {
        return true;
      }
    }
    return postProcessor.path("single").path(0).has("SpecialToken");
  }
}
