package org.silotune.udf.text;

/**
 * The unbiased estimate of how likely at least one of k answers passes, from n answers of which c
 * passed: {@code 1 - C(n - c, k) / C(n, k)}, computed as the product {@code 1 - prod (1 - k / i)}
 * over i from n - c + 1 to n, in which nothing overflows.
 *
 * <p>Source: Chen et al., "Evaluating Large Language Models Trained on Code", arXiv 2107.03374,
 * section 2.1, equation 1 and figure 3.
 */
public final class PassAtK {

  private PassAtK() {}

  /**
   * Returns the estimate.
   *
   * @param n answers, at least 1
   * @param c of them passed, 0 to n
   * @param k 1 to n
   */
  public static double estimate(long n, long c, long k) {
    if (n < 1) {
      throw new IllegalArgumentException("Invalid n %d: must be at least 1 answer".formatted(n));
    }
    if (c < 0 || c > n) {
      throw new IllegalArgumentException(
          "Invalid c %d: must be 0 to n, which is %d".formatted(c, n));
    }
    if (k < 1 || k > n) {
      throw new IllegalArgumentException(
          "Invalid k %d: must be 1 to n, which is %d; draw at least k answers".formatted(k, n));
    }
    if (n - c < k) {
      return 1;
    }
    double nonePasses = 1;
    for (long i = n - c + 1; i <= n; i++) {
      nonePasses *= 1 - (double) k / i;
    }
    return 1 - nonePasses;
  }
}
