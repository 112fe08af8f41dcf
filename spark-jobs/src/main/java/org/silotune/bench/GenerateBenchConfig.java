package org.silotune.bench;

/**
 * What a measurement of generation runs: greedy, every answer of the same length.
 *
 * @param batch prompts answered at once
 * @param promptLength tokens of a random prompt
 * @param newTokens tokens of an answer
 * @param workers streams of computation, each with its part of the prompts
 * @param threads of every operator of a stream
 * @param repeats measured
 * @param warmUp repeats before
 */
public record GenerateBenchConfig(
    int batch, int promptLength, int newTokens, int workers, int threads, int repeats, int warmUp) {

  public GenerateBenchConfig {
    requirePositive("batch", batch);
    requirePositive("prompt length", promptLength);
    requirePositive("new tokens", newTokens);
    requirePositive("workers", workers);
    requirePositive("threads", threads);
    requirePositive("repeats", repeats);
    if (warmUp < 0) {
      throw new IllegalArgumentException("Invalid warm-up: %d, must be >= 0".formatted(warmUp));
    }
    if (batch % workers != 0) {
      throw new IllegalArgumentException(
          "Invalid batch: %d is not a multiple of the %d workers".formatted(batch, workers));
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid %s: %d, must be >= 1".formatted(what, value));
    }
  }
}
