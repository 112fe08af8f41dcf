package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What is generated from each prompt. Beside the limits here, a generation ends at the tokenizer's
 * end-of-turn ids and where the model's context is full.
 *
 * @param sampler how each token is chosen
 * @param maxNewTokens the most tokens a prompt is answered with, at least 1
 * @param stopStrings texts that end the answer and are cut off; each at least one character
 */
public record GenerationConfig(Sampler sampler, int maxNewTokens, List<String> stopStrings) {

  public GenerationConfig {
    requireNonNull(sampler, "sampler");
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid max new tokens %d: must be >= 1".formatted(maxNewTokens));
    }
    stopStrings = List.copyOf(stopStrings);
    if (stopStrings.contains("")) {
      throw new IllegalArgumentException(
          "Invalid stop string \"\": it is empty and would end every answer at once");
    }
  }

  /** Returns the configuration that takes the most likely token and has no stop strings. */
  public static GenerationConfig greedy(int maxNewTokens) {
    return new GenerationConfig(Sampler.greedy(), maxNewTokens, List.of());
  }

  /** Returns this configuration with another sampler. */
  public GenerationConfig withSampler(Sampler newSampler) {
    return new GenerationConfig(newSampler, maxNewTokens, stopStrings);
  }

  /** Returns this configuration with other stop strings. */
  public GenerationConfig withStopStrings(List<String> newStopStrings) {
    return new GenerationConfig(sampler, maxNewTokens, newStopStrings);
  }
}
