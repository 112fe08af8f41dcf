package org.silotune.suite.stats;

import java.util.Arrays;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Where a mean would lie had other seeds and other examples been drawn: both are drawn again with
 * replacement, many times, each example with the same draw for all seeds, and the middle 95 % is
 * the interval (Owen, "The pigeonhole bootstrap", 2007, of two crossed factors; the percentile
 * method). Of differences of two arms this is the paired bootstrap: a draw takes both arms' values.
 *
 * <p>With one seed only examples vary, so that the interval says nothing of other seeds. With a few
 * seeds it is too short rather than too long, which {@link Verdict} makes up for.
 *
 * @param seed of the draws
 * @param resamples how many times
 */
public record SeedBootstrap(long seed, int resamples) {

  private static final double TAIL = 0.025;

  public SeedBootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "Invalid resamples %d: must be at least 1".formatted(resamples));
    }
  }

  /** Returns two thousand resamples. */
  public static SeedBootstrap ofSeed(long seed) {
    return new SeedBootstrap(seed, 2000);
  }

  /**
   * Returns the mean of observations and its interval.
   *
   * @param label what is observed; other labels draw others
   */
  public Estimate of(String label, Observed observed) {
    double[][] values = observed.values();
    double[] weights = observed.weights();
    CounterRandom random = CounterRandom.ofSeed(seed).at("suite").at(label);
    double[] drawn = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      drawn[r] = resampled(values, weights, random.at(r));
    }
    Arrays.sort(drawn);
    List<Double> bySeed = observed.bySeed();
    double sum = 0;
    for (double mean : bySeed) {
      sum += mean;
    }
    return new Estimate(
        sum / bySeed.size(),
        percentile(drawn, TAIL),
        percentile(drawn, 1 - TAIL),
        bySeed,
        weights.length);
  }

  private static double resampled(double[][] values, double[] weights, CounterRandom draws) {
    double[] perExample = new double[weights.length];
    for (int s = 0; s < values.length; s++) {
      double[] chosen = values[draws.below(s, values.length)];
      for (int i = 0; i < weights.length; i++) {
        perExample[i] += chosen[i];
      }
    }
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < weights.length; i++) {
      int chosen = draws.below((long) values.length + i, weights.length);
      sum += perExample[chosen];
      weight += weights[chosen];
    }
    return sum / (weight * values.length);
  }

  /** Between the two nearest, as NumPy's default. */
  private static double percentile(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
