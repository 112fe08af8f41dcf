package org.silotune.llm.model;

import java.util.List;
import java.util.stream.Collectors;
import org.silotune.llm.LlmException;

/** The only list of families. */
final class DecoderFamilies {

  private static final List<DecoderFamily> ALL =
      List.of(
          new Gemma3Family(),
          new Gpt2Family(),
          new LlamaFamily(),
          new MistralFamily(),
          new Qwen2Family(),
          new Qwen3Family());

  private DecoderFamilies() {}

  static DecoderFamily named(String modelType) {
    return ALL.stream()
        .filter(family -> family.modelType().equals(modelType))
        .findFirst()
        .orElseThrow(
            () ->
                new LlmException(
                    "Invalid model_type in config.json: %s; known: %s"
                        .formatted(
                            modelType,
                            ALL.stream()
                                .map(DecoderFamily::modelType)
                                .collect(Collectors.joining(", ")))));
  }
}
