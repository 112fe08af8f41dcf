package org.silotune.bench;

/**
 * Which starts are measured.
 *
 * @param length tokens of the one example
 * @param threads of every operator
 * @param starts processes measured
 * @param warmUp processes before
 */
public record LoadBenchConfig(int length, int threads, int starts, int warmUp) {

  public LoadBenchConfig {
    requirePositive("length", length);
    requirePositive("threads", threads);
    requirePositive("starts", starts);
    if (warmUp < 0) {
      throw new IllegalArgumentException("Invalid warm-up: %d, must be >= 0".formatted(warmUp));
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid %s: %d, must be >= 1".formatted(what, value));
    }
  }
}
