package org.silotune.llm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.WholeFile;

/**
 * The tokenizer files of a Hugging Face folder: tokenizer.json, and beside it, where they exist,
 * tokenizer_config.json, special_tokens_map.json, generation_config.json, config.json and
 * chat_template.jinja.
 */
final class HuggingFaceFolder {

  static final String TOKENIZER = "tokenizer.json";

  /** Four times the largest known, Gemma's of 262,144 tokens. */
  private static final int TOKENIZER_BYTES = 128_000_000;

  private final Path folder;
  private final TokenizerJson tokenizer;
  private final JsonNode tokenizerConfig;

  private HuggingFaceFolder(Path tokenizerFile) {
    this.folder = tokenizerFile.toAbsolutePath().getParent();
    this.tokenizer =
        TokenizerJson.parse(tokenizerFile.toString(), bytes(tokenizerFile, TOKENIZER_BYTES));
    this.tokenizerConfig = json("tokenizer_config.json");
  }

  /** Reads a tokenizer.json and what lies beside it. */
  static TokenizerSource read(Path tokenizerFile) {
    if (!Files.isRegularFile(tokenizerFile)) {
      throw new LlmException(
          "Missing %s: a model folder needs its tokenizer.json, or give a GGUF file"
              .formatted(tokenizerFile));
    }
    HuggingFaceFolder files = new HuggingFaceFolder(tokenizerFile);
    return new TokenizerSource(files.tokenizer, files.specialTokens(), files.chatTemplate());
  }

  private SpecialTokens specialTokens() {
    JsonNode generation = json("generation_config.json");
    JsonNode config = json("config.json");
    Set<Integer> ends = new TreeSet<>();
    addIds(generation.path("eos_token_id"), ends);
    OptionalInt eos = named("eos_token");
    if (eos.isEmpty()) {
      eos = firstId(ends, config.path("eos_token_id"));
    }
    eos.ifPresent(ends::add);
    ends.addAll(EndOfTurnTokens.in(tokenizer.specialTokens()));
    OptionalInt bos = named("bos_token");
    if (bos.isEmpty() && config.path("bos_token_id").canConvertToInt()) {
      bos = OptionalInt.of(config.path("bos_token_id").intValue());
    }
    requireKnown(bos, "beginning-of-text");
    ends.forEach(id -> requireKnown(OptionalInt.of(id), "end-of-text"));
    JsonNode addBos = tokenizerConfig.path("add_bos_token");
    boolean startsWithBos = addBos.isBoolean() ? addBos.booleanValue() : tokenizer.addsBos();
    return new SpecialTokens(bos, eos, ends, startsWithBos && bos.isPresent());
  }

  private void requireKnown(OptionalInt id, String what) {
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= tokenizer.vocabularySize())) {
      throw new LlmException(
          "Invalid model folder %s: %s id %d is outside the vocabulary of %d tokens"
              .formatted(folder, what, id.getAsInt(), tokenizer.vocabularySize()));
    }
  }

  /** Looks a token up that tokenizer_config.json or special_tokens_map.json names by its text. */
  private OptionalInt named(String key) {
    JsonNode token = tokenizerConfig.path(key);
    if (token.isMissingNode()) {
      token = json("special_tokens_map.json").path(key);
    }
    String text = token.isObject() ? token.path("content").asText() : token.asText("");
    if (token.isNull() || text.isEmpty()) {
      return OptionalInt.empty();
    }
    Map<String, Integer> special = tokenizer.specialTokens();
    if (!special.containsKey(text)) {
      throw new LlmException(
          "Invalid model folder %s: %s %s is no special token of tokenizer.json"
              .formatted(folder, key, text));
    }
    return OptionalInt.of(special.get(text));
  }

  private Optional<String> chatTemplate() {
    Path jinja = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(jinja)) {
      return Optional.of(new String(bytes(jinja, WholeFile.SETTINGS_BYTES), UTF_8));
    }
    JsonNode template = tokenizerConfig.path("chat_template");
    if (template.isTextual()) {
      return Optional.of(template.textValue());
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    if (template.isArray()) {
      throw new LlmException(
          "Invalid tokenizer_config.json in %s: several chat templates, none called default"
              .formatted(folder));
    }
    return Optional.empty();
  }

  private static OptionalInt firstId(Set<Integer> ends, JsonNode ids) {
    if (ends.isEmpty()) {
      addIds(ids, ends);
    }
    return ends.stream().mapToInt(Integer::intValue).findFirst();
  }

  private static void addIds(JsonNode ids, Set<Integer> target) {
    if (ids.canConvertToInt()) {
      target.add(ids.intValue());
    }
    ids.forEach(id -> addIds(id, target));
  }

  private JsonNode json(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      return TokenizerJson.MAPPER.readTree(bytes(file, WholeFile.SETTINGS_BYTES));
    } catch (JsonProcessingException e) {
      throw new LlmException("Invalid %s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }

  private static byte[] bytes(Path file, int maxBytes) {
    try {
      return WholeFile.read(file, maxBytes);
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }
}
