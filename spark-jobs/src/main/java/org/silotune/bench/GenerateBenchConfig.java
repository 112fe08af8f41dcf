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
    Counts.requirePositive("batch", batch);
    Counts.requirePositive("prompt length", promptLength);
    Counts.requirePositive("new tokens", newTokens);
    Counts.requirePositive("workers", workers);
    Counts.requirePositive("threads", threads);
    Counts.requirePositive("repeats", repeats);
    Counts.requireNotNegative("warm-up", warmUp);
    if (batch % workers != 0) {
      throw new IllegalArgumentException(
          "Invalid batch: %d is not a multiple of the %d workers".formatted(batch, workers));
    }
  }
}
