package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silotune.suite.stats.Observed;

/**
 * A value of an example with its weight, by which those of several cells are brought together.
 *
 * @param example which; all cells must have the same, in the same order
 */
record Pair(String example, double value, double weight) {

  /**
   * Returns the mean of each example over several cells, in their order.
   *
   * @throws IllegalArgumentException if cells do not have the same examples
   */
  static List<Pair> mean(List<List<Pair>> cells) {
    if (cells.size() <= 1) {
      return cells.isEmpty() ? List.of() : cells.get(0);
    }
    List<Pair> means = new ArrayList<>();
    for (int i = 0; i < cells.get(0).size(); i++) {
      Pair first = cells.get(0).get(i);
      double sum = 0;
      for (List<Pair> cell : cells) {
        requireSame(first, cell, i);
        sum += cell.get(i).value;
      }
      means.add(new Pair(first.example, sum / cells.size(), first.weight));
    }
    return means;
  }

  /** Returns the observations of several seeds; none where there is nothing. */
  static Optional<Observed> observed(List<Long> seeds, List<List<Pair>> bySeed) {
    if (seeds.isEmpty() || bySeed.get(0).isEmpty()) {
      return Optional.empty();
    }
    int examples = bySeed.get(0).size();
    double[][] values = new double[seeds.size()][examples];
    double[] weights = new double[examples];
    for (int i = 0; i < examples; i++) {
      Pair first = bySeed.get(0).get(i);
      weights[i] = first.weight;
      for (int s = 0; s < values.length; s++) {
        requireSame(first, bySeed.get(s), i);
        values[s][i] = bySeed.get(s).get(i).value;
      }
    }
    return Optional.of(new Observed(seeds, values, weights));
  }

  private static void requireSame(Pair first, List<Pair> others, int at) {
    if (at >= others.size()
        || !others.get(at).example.equals(first.example)
        || others.get(at).weight != first.weight) {
      throw new IllegalArgumentException(
          "Invalid pair: example %d is %s in one cell and something else in another"
              .formatted(at, first.example));
    }
  }
}
