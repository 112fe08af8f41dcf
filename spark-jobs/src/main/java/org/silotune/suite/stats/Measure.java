package org.silotune.suite.stats;

/**
 * What arms are compared by.
 *
 * @param name in tables: {@code test-loss}, or a task and its metric
 * @param words in sentences
 * @param unit of differences
 * @param examples what it is measured on, in the plural
 * @param smallerIsBetter whether the smaller number is the better one
 */
public record Measure(
    String name, String words, String unit, String examples, boolean smallerIsBetter) {

  /** The mean held-out loss of a token. */
  public static final Measure TEST_LOSS =
      new Measure("test-loss", "test loss", "nats a token", "test rows", true);

  /** Returns by how much {@code better} is better, the sign turned where smaller is better. */
  Estimate advantage(SeedBootstrap bootstrap, String label, Observed better, Observed worse) {
    Estimate difference = bootstrap.of(label, better.minus(worse));
    return smallerIsBetter ? difference.negated() : difference;
  }
}
