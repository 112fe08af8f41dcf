package org.silotune.eval.score;

import java.util.Arrays;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Where a score would lie had other examples been drawn: the examples are drawn again with
 * replacement, many times, and the middle 95 % of the scores that this gives is the interval
 * (Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979; the percentile method).
 *
 * <p>Sums are in the order of the examples, draws are a function of seed and label: the same
 * examples give the same bits.
 *
 * @param seed of the draws
 * @param resamples how many times
 */
public record Bootstrap(long seed, int resamples) {

  private static final double TAIL = 0.025;

  public Bootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "Invalid resamples %d: must be at least 1".formatted(resamples));
    }
  }

  /** Returns a thousand resamples. */
  public static Bootstrap ofSeed(long seed) {
    return new Bootstrap(seed, 1000);
  }

  /**
   * Returns the pooled score of examples and its interval.
   *
   * @param label what is scored; other labels draw others
   * @param scores at least one
   */
  Interval of(String label, Pooling pooling, List<Score> scores) {
    int n = scores.size();
    double[] values = scores.stream().mapToDouble(Score::value).toArray();
    double[] weights = scores.stream().mapToDouble(Score::weight).toArray();
    CounterRandom random = CounterRandom.ofSeed(seed).at("bootstrap").at(label);
    double[] drawn = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      CounterRandom draws = random.at(r);
      double value = 0;
      double weight = 0;
      for (int i = 0; i < n; i++) {
        int chosen = draws.below(i, n);
        value += values[chosen];
        weight += weights[chosen];
      }
      drawn[r] = pooling.of(value, weight);
    }
    Arrays.sort(drawn);
    return Interval.of(
        pooling.of(sum(values), sum(weights)),
        percentile(drawn, TAIL),
        percentile(drawn, 1 - TAIL));
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** Between the two nearest, as NumPy's default. */
  private static double percentile(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
