package org.silotune.eval.task;

import java.util.List;

/**
 * How an answer is generated.
 *
 * @param maxNewTokens the longest answer, in tokens
 * @param temperature 0 takes the likeliest token each time
 * @param topP the probability that is drawn from, where the temperature is above 0
 * @param stop texts that end an answer and are no part of it
 */
public record DecodingConfig(int maxNewTokens, double temperature, double topP, List<String> stop) {

  public DecodingConfig {
    stop = List.copyOf(stop);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid max-new-tokens %d: must be at least 1".formatted(maxNewTokens));
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "Invalid temperature %s: must be 0 or a positive number".formatted(temperature));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("Invalid top-p %s: must be in (0, 1]".formatted(topP));
    }
  }

  /** Returns 256 tokens, the likeliest each time, which no text ends. */
  public static DecodingConfig defaults() {
    return new DecodingConfig(256, 0, 1, List.of());
  }
}
