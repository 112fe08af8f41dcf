package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufMetadata;

/**
 * Builds the tokenizer.json that a GGUF file's metadata describes. Two kinds are known: {@code
 * gpt2}, byte-level pairs with merges, and {@code llama}, SentencePiece pieces with scores, which
 * become pairs with derived merges and byte fallback. The ids are those of transformers 5.23 for
 * the same file.
 *
 * <p>Format: the keys {@code tokenizer.ggml.*} of the GGUF specification.
 */
final class GgufTokenizer {

  private static final Set<String> GEMMA = Set.of("gemma", "gemma2", "gemma3");
  private static final Set<String> GPT2_SPECIAL = Set.of("<|endoftext|>");
  private static final Set<String> LLAMA_SPECIAL = Set.of("<unk>", "<s>", "</s>");
  private static final Set<String> GEMMA_SPECIAL =
      Set.of("<unk>", "<bos>", "<eos>", "<pad>", "<mask>");
  private static final String SPACE = "\u2581";

  private final String origin;
  private final GgufMetadata metadata;
  private final GgufVocabulary vocabulary;

  private GgufTokenizer(String origin, GgufMetadata metadata) {
    this.origin = origin;
    this.metadata = metadata;
    this.vocabulary = new GgufVocabulary(origin, metadata);
  }

  /**
   * Builds the tokenizer.
   *
   * @param origin the file, for messages
   * @throws LlmException if the kind of tokenizer is unknown, or its parts do not fit together
   */
  static TokenizerSource read(String origin, GgufMetadata metadata) {
    String model = metadata.requireText("tokenizer.ggml.model");
    GgufTokenizer source = new GgufTokenizer(origin, metadata);
    ObjectNode root =
        switch (model) {
          case "gpt2" -> source.byteLevel();
          case "llama" -> source.sentencePiece();
          default ->
              throw new LlmException(
                  "Unknown tokenizer model %s in %s: known are gpt2, llama"
                      .formatted(model, origin));
        };
    TokenizerJson json = new TokenizerJson(origin, root);
    return new TokenizerSource(
        json, source.vocabulary.specialTokens(json), metadata.text("tokenizer.chat_template"));
  }

  private ObjectNode byteLevel() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      ids.put(ByteAlphabet.isSpelled(token) ? token : ByteAlphabet.spell(token), id);
    }
    ArrayNode merges = JsonNodeFactory.instance.arrayNode();
    for (String merge : metadata.requireTexts("tokenizer.ggml.merges")) {
      addMerge(merges, merge, ids);
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    // A control token in other characters is a mislabelled ordinary one.
    root.set("added_tokens", vocabulary.addedTokens(ids, GPT2_SPECIAL, ByteAlphabet::isSpelled));
    root.putNull("normalizer");
    root.set("pre_tokenizer", GgufPreTokenizer.json(origin, vocabulary.preTokenizer()));
    root.putNull("post_processor");
    root.set("decoder", GgufPreTokenizer.byteLevel(/* usesPattern= */ true));
    root.set("model", pairs(ids, merges));
    return root;
  }

  private void addMerge(ArrayNode merges, String merge, Map<String, Integer> ids) {
    int space = merge.indexOf(' ');
    String left = merge.substring(0, Math.max(space, 0));
    String right = merge.substring(space + 1);
    if (space < 1 || !ids.containsKey(left) || !ids.containsKey(right)) {
      throw badMerge(merges.size(), merge, "is no pair of tokens");
    }
    if (!ids.containsKey(left + right)) {
      throw badMerge(merges.size(), merge, "makes %s, which is no token".formatted(left + right));
    }
    merges.addArray().add(left).add(right);
  }

  private LlmException badMerge(int position, String merge, String why) {
    return new LlmException(
        "Invalid tokenizer %s: merge %d, \"%s\", %s".formatted(origin, position, merge, why));
  }

  private ObjectNode sentencePiece() {
    String architecture = metadata.requireText("general.architecture");
    boolean isGemma = GEMMA.contains(architecture);
    if (!isGemma && !architecture.equals("llama")) {
      throw new LlmException(
          "Unknown SentencePiece dialect of architecture %s in %s: known are %s, llama"
              .formatted(architecture, origin, String.join(", ", new TreeSet<>(GEMMA))));
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      ids.put(isGemma ? respelledSpaces(token) : token, id);
    }
    ObjectNode model = pairs(ids, pieceMerges(ids, isGemma));
    model.put("fuse_unk", true).put("byte_fallback", true);
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    Set<String> customary = isGemma ? GEMMA_SPECIAL : LLAMA_SPECIAL;
    root.set("added_tokens", vocabulary.addedTokens(ids, customary, token -> true));
    if (isGemma) {
      vocabulary.unknown().ifPresent(token -> model.put("unk_token", token));
    }
    SpaceMarks.write(root, isGemma);
    root.putNull("post_processor");
    root.set("model", model);
    return root;
  }

  /** Gemma's scores do not follow its merges; the order of its pieces does. */
  private ArrayNode pieceMerges(Map<String, Integer> ids, boolean isGemma) {
    if (isGemma) {
      return PieceMerges.of(ids, piece -> -ids.get(piece));
    }
    double[] scores = vocabulary.scores();
    Map<String, Double> byPiece = new HashMap<>();
    ids.forEach((piece, id) -> byPiece.put(piece, scores[id]));
    return PieceMerges.of(ids, byPiece::get);
  }

  /** The file has runs of real spaces, which the text no longer has where they are looked up. */
  private static String respelledSpaces(String token) {
    boolean onlyBlank = token.contains(" ") && token.isBlank();
    return onlyBlank ? SPACE.repeat(token.codePointCount(0, token.length())) : token;
  }

  private static ObjectNode pairs(Map<String, Integer> ids, ArrayNode merges) {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("type", "BPE");
    for (String absent :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(absent);
    }
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocab = model.putObject("vocab");
    ids.forEach(vocab::put);
    model.set("merges", merges);
    return model;
  }
}
