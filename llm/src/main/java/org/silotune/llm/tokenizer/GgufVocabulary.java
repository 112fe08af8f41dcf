package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufMetadata;

/** The tokens of a GGUF file, their types, and the ids that it names. */
final class GgufVocabulary {

  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  private final String origin;
  private final GgufMetadata metadata;
  private final List<String> tokens;
  private final long[] types;

  GgufVocabulary(String origin, GgufMetadata metadata) {
    this.origin = origin;
    this.metadata = metadata;
    this.tokens = metadata.requireTexts("tokenizer.ggml.tokens");
    this.types = metadata.wholes("tokenizer.ggml.token_type").orElseGet(() -> new long[size()]);
    requireOnePerToken("token_type", types.length);
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    return tokens.get(id);
  }

  double[] scores() {
    double[] scores =
        metadata
            .reals("tokenizer.ggml.scores")
            .orElseThrow(
                () ->
                    new LlmException(
                        "Missing tokenizer.ggml.scores in %s: SentencePiece needs one per token"
                            .formatted(origin)));
    requireOnePerToken("scores", scores.length);
    return scores;
  }

  Optional<String> unknown() {
    OptionalInt id = named("unknown_token_id");
    return id.isPresent() ? Optional.of(token(id.getAsInt())) : Optional.empty();
  }

  /** Returns the name of the pre-tokenizer; only GPT-2 files are older than the key. */
  String preTokenizer() {
    Optional<String> name = metadata.text("tokenizer.ggml.pre");
    if (name.isEmpty() && metadata.requireText("general.architecture").equals("gpt2")) {
      return "gpt-2";
    }
    return name.orElseThrow(
        () ->
            new LlmException(
                "Missing tokenizer.ggml.pre in %s: convert the model with a newer converter"
                    .formatted(origin)));
  }

  /**
   * Returns the added tokens: control tokens and those that the file names, which are special, and
   * user-defined ones, which are only never cut.
   *
   * @param customary what the kind of tokenizer calls its special tokens, named or not
   * @param isControl which control tokens to believe
   */
  ArrayNode addedTokens(
      Map<String, Integer> ids, Set<String> customary, Predicate<String> isControl) {
    Set<Integer> named = new TreeSet<>();
    for (String key : List.of("bos", "eos", "unknown", "padding")) {
      named(key + "_token_id").ifPresent(named::add);
    }
    ArrayNode added = JsonNodeFactory.instance.arrayNode();
    for (int id = 0; id < size(); id++) {
      String token = token(id);
      boolean special =
          (types[id] == CONTROL && isControl.test(token))
              || named.contains(id)
              || customary.contains(token);
      if ((special || types[id] == USER_DEFINED) && ids.getOrDefault(token, -1) == id) {
        added
            .addObject()
            .put("id", id)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", special);
      }
    }
    return added;
  }

  SpecialTokens specialTokens(TokenizerJson json) {
    Set<Integer> ends = new TreeSet<>(EndOfTurnTokens.in(json.specialTokens()));
    for (String key : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
      named(key).ifPresent(ends::add);
    }
    OptionalInt bos = named("bos_token_id");
    boolean startsWithBos =
        metadata.flag("tokenizer.ggml.add_bos_token").orElseGet(this::addsBosUnasked);
    return new SpecialTokens(bos, named("eos_token_id"), ends, startsWithBos && bos.isPresent());
  }

  /** Files from before the key: SentencePiece vocabularies and Llama 3's start with bos. */
  private boolean addsBosUnasked() {
    return metadata.requireText("tokenizer.ggml.model").equals("llama")
        || metadata.text("tokenizer.ggml.pre").filter(GgufPreTokenizer::isLlama3).isPresent();
  }

  private OptionalInt named(String key) {
    OptionalLong id = metadata.whole("tokenizer.ggml." + key);
    if (id.isEmpty()) {
      return OptionalInt.empty();
    }
    if (id.getAsLong() < 0 || id.getAsLong() >= size()) {
      throw new LlmException(
          "Invalid tokenizer %s: %s is %d, outside the vocabulary of %d tokens"
              .formatted(origin, key, id.getAsLong(), size()));
    }
    return OptionalInt.of((int) id.getAsLong());
  }

  private void requireOnePerToken(String key, int count) {
    if (count != size()) {
      throw new LlmException(
          "Invalid tokenizer %s: %d tokens against %d in tokenizer.ggml.%s"
              .formatted(origin, size(), count, key));
    }
  }
}
