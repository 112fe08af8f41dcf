package org.silotune.eval.score;

/**
 * How many of all are right. Its interval is Wilson's ("Probable Inference, the Law of Succession,
 * and Statistical Inference", 1927): the shares from which what was seen is at most 1.96 standard
 * errors away. It has a width where none or all are right, which a bootstrap has not.
 *
 * @param right how many are right
 * @param all how many there are, at least 1
 */
record Proportion(long right, long all) {

  /** The 97.5th percentile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  Interval interval() {
    double share = (double) right / all;
    double square = Z * Z / all;
    double middle = share + square / 2;
    double half = StrictMath.sqrt(share * (1 - share) * square + square * square / 4);
    return Interval.of(
        share,
        right == 0 ? 0 : (middle - half) / (1 + square),
        right == all ? 1 : (middle + half) / (1 + square));
  }
}
