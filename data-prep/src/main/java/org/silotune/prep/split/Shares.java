package org.silotune.prep.split;

import java.io.Serializable;

/** Parts of a whole, as silos get them; at least one is greater than 0. */
final class Shares implements Serializable {

  private final double[] shares;

  private Shares(double[] shares) {
    this.shares = shares;
  }

  /** Returns shares in proportion to weights, none negative. */
  static Shares of(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double[] shares = new double[weights.length];
    for (int k = 0; k < weights.length; k++) {
      shares[k] = weights[k] / sum;
    }
    return new Shares(shares);
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
}
