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
    Counts.requirePositive("silos", silos);
    Counts.requirePositive("parameters", parameters);
    Counts.requirePositive("rounds", rounds);
    Counts.requireNotNegative("warm-up", warmUp);
  }
}
