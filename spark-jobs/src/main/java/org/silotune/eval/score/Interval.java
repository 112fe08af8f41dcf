package org.silotune.eval.score;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A score and where it would lie, with 95 % confidence, had other examples been drawn.
 *
 * @param score of the examples themselves
 * @param low the lower end, none where one example says nothing of others
 * @param high the upper end
 */
public record Interval(double score, OptionalDouble low, OptionalDouble high) {

  static Interval of(double score, double low, double high) {
    return new Interval(score, OptionalDouble.of(low), OptionalDouble.of(high));
  }

  /**
   * Returns the pooled score of examples and its interval: that of {@link Proportion} where each
   * example is wholly right or wrong, else that of a bootstrap, for which one example is too few.
   *
   * @param label what is scored; other labels draw others
   * @param scores at least one
   */
  public static Interval of(
      Bootstrap bootstrap, String label, Pooling pooling, List<Score> scores) {
    if (pooling == Pooling.MEAN && scores.stream().allMatch(Score::isTruth)) {
      long right = scores.stream().filter(score -> score.value() == 1).count();
      return new Proportion(right, scores.size()).interval();
    }
    if (scores.size() == 1) {
      double score = pooling.of(scores.get(0).value(), scores.get(0).weight());
      return new Interval(score, OptionalDouble.empty(), OptionalDouble.empty());
    }
    return bootstrap.of(label, pooling, scores);
  }
}
