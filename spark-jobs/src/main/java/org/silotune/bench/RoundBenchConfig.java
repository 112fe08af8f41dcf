package org.silotune.bench;

/**
 * Which rounds are measured.
 *
 * @param silos that take part in every round
 * @param parameters of the adapter, float32
 * @param rounds measured
 * @param warmUp rounds before
 */
public record RoundBenchConfig(int silos, int parameters, int rounds, int warmUp) {

  public RoundBenchConfig {
    requirePositive("silos", silos);
    requirePositive("parameters", parameters);
    requirePositive("rounds", rounds);
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
