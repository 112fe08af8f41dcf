package org.silotune.eval.score;

import java.io.Serializable;

/**
 * What one answer adds to a metric: the metric of many is made of the sum of their values over the
 * sum of their weights, see {@link Pooling}.
 *
 * @param metric the metric's name in tables
 * @param value such as 1 for a right answer, or a loss
 * @param weight such as 1 for an answer, or how many words a loss is of
 */
public record Score(String metric, double value, double weight) implements Serializable {

  /** Returns what a right or wrong answer adds to a mean. */
  static Score ofTruth(String metric, boolean right) {
    return new Score(metric, right ? 1 : 0, 1);
  }

  /** Returns whether it is that of a right or wrong answer. */
  boolean isTruth() {
    return weight == 1 && (value == 0 || value == 1);
  }
}
