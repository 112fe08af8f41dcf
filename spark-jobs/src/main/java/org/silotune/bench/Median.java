package org.silotune.bench;

import java.util.Arrays;
import java.util.List;

/** The middle of repeated measurements, which a disturbed one does not move. */
final class Median {

  private Median() {}

  /** Returns the median of a list. */
  static double of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Returns the median, the mean of the middle two of an even count. */
  static double of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("Missing values: a median needs at least one");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
