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
    Counts.requirePositive("length", length);
    Counts.requirePositive("threads", threads);
    Counts.requirePositive("starts", starts);
    Counts.requireNotNegative("warm-up", warmUp);
  }
}
