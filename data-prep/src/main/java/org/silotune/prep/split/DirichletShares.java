package org.silotune.prep.split;

/**
 * One draw of a symmetric Dirichlet distribution, as the shares of silos.
 *
 * <p>Normalised gamma variates, kept as logarithms: at an alpha of 0.01 the variates themselves are
 * often below the smallest double. Gamma(a) for a >= 1 is Marsaglia and Tsang, "A simple method for
 * generating gamma variables", 2000; below 1 it is Gamma(a + 1) times U^(1/a). All functions are
 * {@code StrictMath}'s, so a draw is equal on every platform.
 */
final class DirichletShares {

  private final double[] shares;

  private DirichletShares(double[] shares) {
    this.shares = shares;
  }

  static DirichletShares draw(long seed, String category, int count, double alpha) {
    double[] logs = new double[count];
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      logs[k] = logGamma(new Uniforms(seed, category, k), alpha);
      max = Math.max(max, logs[k]);
    }
    double sum = 0;
    double[] shares = new double[count];
    for (int k = 0; k < count; k++) {
      shares[k] = StrictMath.exp(logs[k] - max);
      sum += shares[k];
    }
    for (int k = 0; k < count; k++) {
      shares[k] /= sum;
    }
    return new DirichletShares(shares);
  }

  double share(int silo) {
    return shares[silo];
  }

  /** Returns the silo on whose part of [0, 1) a number lies. */
  int index(double unit) {
    double end = 0;
    int last = 0;
    for (int k = 0; k < shares.length; k++) {
      if (shares[k] > 0) {
        last = k;
        end += shares[k];
        if (unit < end) {
          return k;
        }
      }
    }
    return last; // the shares' sum may fall short of 1 by rounding
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

  /** A counter-based stream of one silo's share of one category. */
  private static final class Uniforms {

    private final long seed;
    private final String category;
    private final int silo;
    private int counter;

    Uniforms(long seed, String category, int silo) {
      this.seed = seed;
      this.category = category;
      this.silo = silo;
    }

    /** Returns a number in (0, 1]. */
    double nextPositive() {
      String draw = "%d/%d".formatted(silo, counter++);
      return 1.0 - new KeyedHash(seed, "dirichlet-shares").add(category).add(draw).unit();
    }

    /** Returns a standard normal number: Box and Muller, the cosine half. */
    double nextGaussian() {
      double radius = Math.sqrt(-2.0 * StrictMath.log(nextPositive()));
      return radius * StrictMath.cos(2.0 * Math.PI * nextPositive());
    }
  }
}
