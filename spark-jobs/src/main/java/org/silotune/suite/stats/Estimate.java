package org.silotune.suite.stats;

import java.util.List;

/**
 * A mean with its 95 % interval.
 *
 * @param value over all seeds and examples
 * @param low the lower end
 * @param high the upper end
 * @param bySeed the mean of each seed
 * @param examples how many each seed has
 */
public record Estimate(double value, double low, double high, List<Double> bySeed, int examples) {

  public Estimate {
    bySeed = List.copyOf(bySeed);
  }

  /** Returns the number of seeds. */
  public int seeds() {
    return bySeed.size();
  }

  /** Returns the number of seeds whose mean has the sign of the value. */
  public long agreeing() {
    return bySeed.stream()
        .filter(mean -> mean != 0 && Math.signum(mean) == Math.signum(value))
        .count();
  }

  /** Returns the estimate of the negative. */
  Estimate negated() {
    return new Estimate(-value, -high, -low, bySeed.stream().map(mean -> -mean).toList(), examples);
  }
}
