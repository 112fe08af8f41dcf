package org.silotune.fed.aggregate;

/**
 * The weighted mean of a round's deltas in double, coordinates in tensor-name order. The server's
 * pseudo-gradient is its negative.
 */
public final class MeanDelta {

  private final double[] coordinates;

  MeanDelta(double[] coordinates) {
    this.coordinates = coordinates;
  }

  /** Returns the mean of these coordinates, copied. */
  public static MeanDelta of(double... coordinates) {
    return new MeanDelta(coordinates.clone());
  }

  /** Returns the number of coordinates. */
  public int coordinateCount() {
    return coordinates.length;
  }

  /** Returns coordinate {@code i}. */
  public double coordinate(int i) {
    return coordinates[i];
  }

  /** Returns the L2 norm, summed in coordinate order. */
  public double norm() {
    double sum = 0;
    for (double d : coordinates) {
      sum += d * d;
    }
    return Math.sqrt(sum);
  }
}
