package org.silotune.llm.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silotune.llm.InvalidChoiceException;
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

  /**
   * Checks that the models of a family can be computed in a type.
   *
   * @throws InvalidChoiceException if the type cannot hold their hidden states
   */
  static void requireFits(String modelType, ComputeType compute) {
    if (compute == ComputeType.FLOAT16 && !named(modelType).fitsFloat16()) {
      throw new InvalidChoiceException(
          "Cannot compute in float16: the hidden states of %s exceed its largest value, 65504; set precision.compute (--dtype) to bfloat16 or float32; known in float16: %s"
              .formatted(modelType, names(ALL.stream().filter(DecoderFamily::fitsFloat16))));
    }
  }

  static DecoderFamily named(String modelType) {
    return ALL.stream()
        .filter(family -> family.modelType().equals(modelType))
        .findFirst()
        .orElseThrow(
            () ->
                new LlmException(
                    "Invalid model_type in config.json: %s; known: %s"
                        .formatted(modelType, names(ALL.stream()))));
  }

  private static String names(Stream<DecoderFamily> families) {
    return families.map(DecoderFamily::modelType).collect(Collectors.joining(", "));
  }
}
