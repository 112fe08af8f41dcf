package org.silotune.llm.checkpoint.source;

import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufFile;

/** The only list of GGUF architectures; Mistral's files call themselves llama. */
final class GgufFamilies {

  private static final Map<String, GgufFamily> BY_ARCHITECTURE =
      new TreeMap<>(
          Map.of(
              "llama", new LlamaGguf(),
              "qwen2", new QwenGguf("qwen2", "Qwen2ForCausalLM"),
              "qwen3", new QwenGguf("qwen3", "Qwen3ForCausalLM"),
              "gemma3", new Gemma3Gguf(),
              "gpt2", new Gpt2Gguf()));

  private GgufFamilies() {}

  /**
   * Returns the family of the file.
   *
   * @throws LlmException if its architecture is not known
   */
  static GgufFamily of(GgufFile file) {
    String architecture = file.metadata().requireText("general.architecture");
    GgufFamily family = BY_ARCHITECTURE.get(architecture);
    if (family == null) {
      throw new LlmException(
          "Cannot use %s: its architecture is %s; known are %s"
              .formatted(file.path(), architecture, BY_ARCHITECTURE.keySet()));
    }
    return family;
  }
}
