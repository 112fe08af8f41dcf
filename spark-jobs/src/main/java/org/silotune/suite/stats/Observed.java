package org.silotune.suite.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one arm got on the same examples with every seed: a mean is the sum of values over the sum
 * of weights.
 */
public final class Observed {

  private final List<Long> seeds;
  private final double[][] values;
  private final double[] weights;

  /**
   * Observations.
   *
   * @param seeds the seeds, in order
   * @param values by seed and example, such as the loss of a row
   * @param weights by example, such as its tokens
   */
  public Observed(List<Long> seeds, double[][] values, double[] weights) {
    this.seeds = List.copyOf(seeds);
    this.values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    this.weights = weights.clone();
    if (seeds.isEmpty() || seeds.size() != values.length || weights.length == 0) {
      throw new IllegalArgumentException(
          "Invalid observations: %d seeds, %d rows, %d examples"
              .formatted(seeds.size(), values.length, weights.length));
    }
    for (double[] row : values) {
      if (row.length != weights.length) {
        throw new IllegalArgumentException(
            "Invalid observations: %d values of %d examples".formatted(row.length, weights.length));
      }
    }
  }

  /** Returns the number of examples. */
  public int examples() {
    return weights.length;
  }

  /** Returns the mean of each seed, in their order. */
  public List<Double> bySeed() {
    List<Double> means = new ArrayList<>();
    for (double[] row : values) {
      double sum = 0;
      double weight = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += row[i];
        weight += weights[i];
      }
      means.add(sum / weight);
    }
    return means;
  }

  /**
   * Returns this less another arm's, example by example.
   *
   * @throws IllegalArgumentException if the other's are not of the same seeds and examples
   */
  public Observed minus(Observed other) {
    if (!seeds.equals(other.seeds) || !Arrays.equals(weights, other.weights)) {
      throw new IllegalArgumentException("Invalid pair: not of the same seeds and examples");
    }
    double[][] differences = new double[values.length][weights.length];
    for (int s = 0; s < values.length; s++) {
      for (int i = 0; i < weights.length; i++) {
        differences[s][i] = values[s][i] - other.values[s][i];
      }
    }
    return new Observed(seeds, differences, weights);
  }

  /** Returns whether another's examples weigh the same. */
  public boolean sameExamples(Observed other) {
    return Arrays.equals(weights, other.weights);
  }

  double[][] values() {
    return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }

  double[] weights() {
    return weights.clone();
  }
}
