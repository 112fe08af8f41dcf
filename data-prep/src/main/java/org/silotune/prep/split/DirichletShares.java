package org.silotune.prep.split;

/**
 * One draw of a symmetric Dirichlet distribution, as shares of a whole.
 *
 * <p>Normalised gamma variates, kept as logarithms: at an alpha of 0.01 the variates themselves are
 * often below the smallest double. Gamma(a) for a >= 1 is Marsaglia and Tsang, "A simple method for
 * generating gamma variables", 2000; below 1 it is Gamma(a + 1) times U^(1/a). All functions are
 * {@code StrictMath}'s, so a draw is equal on every platform.
 */
final class DirichletShares {

  private DirichletShares() {}

  /**
   * Draws the shares.
   *
   * @param purpose keeps draws that share their keys independent
   * @param key of the draw
   */
  static Shares draw(long seed, String purpose, String key, int count, double alpha) {
    double[] logs = new double[count];
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      logs[k] = logGamma(new Uniforms(seed, purpose, key, k), alpha);
      max = Math.max(max, logs[k]);
    }
    double[] weights = new double[count];
    for (int k = 0; k < count; k++) {
      weights[k] = StrictMath.exp(logs[k] - max);
    }
    return Shares.of(weights);
  }

  private static double logGamma(Uniforms uniforms, double alpha) {
    if (alpha < 1) {
      return logGamma(uniforms, alpha + 1) + StrictMath.log(uniforms.nextPositive()) / alpha;
    }
    double d = alpha - 1.0 / 3.0;
    double c = 1.0 / Math.sqrt(9.0 * d);
    while (true) {
      double x = uniforms.nextGaussian();
      double v = 1.0 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      double u = uniforms.nextPositive();
      if (StrictMath.log(u) < 0.5 * x * x + d * (1.0 - v + StrictMath.log(v))) {
        return StrictMath.log(d) + StrictMath.log(v);
      }
    }
  }

  /** A counter-based stream for one share of a draw. */
  private static final class Uniforms {

    private final long seed;
    private final String purpose;
    private final String key;
    private final int index;
    private int counter;

    Uniforms(long seed, String purpose, String key, int index) {
      this.seed = seed;
      this.purpose = purpose;
      this.key = key;
      this.index = index;
    }

    /** Returns a number in (0, 1]. */
    double nextPositive() {
      String draw = "%d/%d".formatted(index, counter++);
      return 1.0 - new KeyedHash(seed, purpose).add(key).add(draw).unit();
    }

    /** Returns a standard normal number: Box and Muller, the cosine half. */
    double nextGaussian() {
      double radius = Math.sqrt(-2.0 * StrictMath.log(nextPositive()));
      return radius * StrictMath.cos(2.0 * Math.PI * nextPositive());
    }
  }
}
