package org.silotune.prep.shard;

import java.io.Serializable;

/**
 * How long examples are, in tokens; lengths of existing examples, so nothing is interpolated.
 *
 * @param median the length that half of them reach at most
 * @param p95 the length that 95 in 100 reach at most
 */
public record LengthQuantiles(int median, int p95) implements Serializable {

  /** Nobody has looked, or there is no example. */
  public static final LengthQuantiles UNKNOWN = new LengthQuantiles(0, 0);

  public LengthQuantiles {
    if (median < 0 || p95 < median) {
      throw new IllegalArgumentException(
          "Invalid length quantiles: median %d, 95th percentile %d".formatted(median, p95));
    }
  }

  /** Returns whether there is something to tell. */
  public boolean areKnown() {
    return median > 0;
  }
}
