package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.silotune.llm.LlmException;

/**
 * How text is cut into words before byte-level merges apply, by GGUF's name for it, {@code
 * tokenizer.ggml.pre}.
 *
 * <p>Source: the split patterns of the models' own tokenizer.json. For {@code smollm} it is
 * GPT-2's, as transformers 5.23 reads that file; the model's tokenizer.json also cuts every digit
 * off the spaces before it.
 */
final class GgufPreTokenizer {

  /** The pattern that is built into the library's byte-level step. */
  private static final Optional<String> GPT2 = Optional.empty();

  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final Map<String, Optional<String>> PATTERNS = new LinkedHashMap<>();

  static {
    PATTERNS.put("gpt-2", GPT2);
    PATTERNS.put("smollm", GPT2);
    PATTERNS.put("llama-bpe", Optional.of(LLAMA3));
    PATTERNS.put("llama3", Optional.of(LLAMA3));
    PATTERNS.put("llama-v3", Optional.of(LLAMA3));
    PATTERNS.put("qwen2", Optional.of(QWEN2));
    PATTERNS.put("deepseek-r1-qwen", Optional.of(QWEN2));
    PATTERNS.put("tekken", Optional.of(TEKKEN));
  }

  private GgufPreTokenizer() {}

  /** Returns whether the models that name it start every text with the bos token. */
  static boolean isLlama3(String name) {
    return PATTERNS.getOrDefault(name, GPT2).filter(LLAMA3::equals).isPresent();
  }

  /**
   * Returns the pre-tokenizer of a tokenizer.json.
   *
   * @throws LlmException if the name is unknown; the message lists the known ones
   */
  static ObjectNode json(String origin, String name) {
    Optional<String> pattern = PATTERNS.get(name);
    if (pattern == null) {
      throw new LlmException(
          "Unknown pre-tokenizer %s in %s: known are %s"
              .formatted(name, origin, String.join(", ", PATTERNS.keySet())));
    }
    ObjectNode byteLevel = byteLevel(pattern.isEmpty());
    if (pattern.isEmpty()) {
      return byteLevel;
    }
    ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
    ObjectNode split = sequence.putArray("pretokenizers").addObject();
    split.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    split.putObject("pattern").put("Regex", pattern.get());
    sequence.withArray("pretokenizers").add(byteLevel);
    return sequence;
  }

  /** Returns the step that spells bytes; the decoder has the same fields and reads none. */
  static ObjectNode byteLevel(boolean usesPattern) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", usesPattern);
  }
}
