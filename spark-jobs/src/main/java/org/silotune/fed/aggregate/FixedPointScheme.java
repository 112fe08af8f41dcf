package org.silotune.fed.aggregate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.UnusableUpdateException;
import org.silotune.llm.tensor.NamedTensors;

/**
 * How a round's deltas become int64 and back.
 *
 * <p>With {@code R = 2^r} the range of a coordinate and {@code Wb} the sum of the announced maximum
 * weights, {@code e = 62 - r - ceil(log2 Wb)}, and a silo of weight {@code w} sends {@code q =
 * rint((double) w * d * 2^e)} for every coordinate {@code d}, and {@code w} in a slot of its own.
 * As {@code |d| <= R} and {@code w} is at most what was announced, no partial sum exceeds {@code Wb
 * * R * 2^e <= 2^62}, whatever the order. The mean is {@code sumQ / (sumW * 2^e)}. The weight
 * multiplies before the only rounding, so that small deltas of heavy silos survive.
 *
 * @param rangeExponent {@code r}
 * @param announcedWeight {@code Wb}, at least 1
 */
public record FixedPointScheme(int rangeExponent, long announcedWeight) implements Serializable {

  /** {@code r} where deltas are not clipped: a coordinate of an adapter never moves by 16. */
  public static final int UNCLIPPED_RANGE_EXPONENT = 4;

  private static final int SUM_BITS = 62;

  public FixedPointScheme {
    if (announcedWeight < 1) {
      throw new FederationException(
          "Invalid announced weight %d: the silos of a round must announce at least 1 together"
              .formatted(announcedWeight));
    }
    if (SUM_BITS - rangeExponent - ceilLog2(announcedWeight) < 0) {
      throw new FederationException(
          "Invalid announced weight %d: with coordinates up to 2^%d no bit is left for a fraction"
              .formatted(announcedWeight, rangeExponent));
    }
  }

  /**
   * Returns the scheme of a round.
   *
   * @param clipNorm the deltas' largest norm; its next power of two is the range
   * @param announcedWeight sum of the cohort's announced maximum weights
   */
  public static FixedPointScheme of(OptionalDouble clipNorm, long announcedWeight) {
    int range = UNCLIPPED_RANGE_EXPONENT;
    if (clipNorm.isPresent()) {
      double norm = clipNorm.getAsDouble();
      if (!(norm >= 0x1p-100 && norm <= 0x1p40)) {
        throw new FederationException(
            "Invalid clip norm %s: must be above 0 and at most 2^40".formatted(norm));
      }
      int exponent = Math.getExponent(norm);
      range = norm > Math.scalb(1.0, exponent) ? exponent + 1 : exponent;
    }
    return new FixedPointScheme(range, announcedWeight);
  }

  /** Returns {@code e}: a coordinate is encoded in units of {@code 2^-e}. */
  public int fractionBits() {
    return SUM_BITS - rangeExponent - ceilLog2(announcedWeight);
  }

  /** Returns {@code R}: the largest absolute value of a coordinate. */
  public double range() {
    return Math.scalb(1.0, rangeExponent);
  }

  /**
   * Encodes one silo's delta.
   *
   * @param delta trained minus initial, clipped; not to be written to any more
   * @param weight the silo's aggregation weight
   * @param maximumWeight what the silo announced
   * @throws UnusableUpdateException if a coordinate is not finite or out of range, or the weight is
   *     not between 1 and what was announced: checked before the cast, which would turn NaN into 0
   *     and saturate
   */
  public FixedPointSum encode(NamedTensors delta, long weight, long maximumWeight) {
    if (weight < 1 || weight > maximumWeight) {
      throw new UnusableUpdateException(
          "Invalid aggregation weight %d: must be between 1 and the %d announced"
              .formatted(weight, maximumWeight));
    }
    Math.addExact(Math.toIntExact(delta.coordinateCount()), 1);
    List<float[]> tensors = new ArrayList<>();
    for (String name : delta.names()) {
      requireInRange(name, delta.values(name));
      tensors.add(delta.values(name));
    }
    double unit = Math.scalb(1.0, fractionBits());
    return FixedPointSum.of(new CheckedDelta(tensors, weight, unit));
  }

  private void requireInRange(String name, float[] values) {
    double range = range();
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs((double) values[i]) <= range)) {
        throw new UnusableUpdateException(
            "Invalid delta %s[%d] = %s: must be finite and at most %s in absolute value"
                .formatted(name, i, values[i], range));
      }
    }
  }

  /**
   * Decodes the weighted mean of the deltas summed.
   *
   * @param layout names and shapes of the coordinates
   * @throws IllegalArgumentException if the sum is empty or of another layout
   */
  public MeanDelta mean(FixedPointSum sum, NamedTensors layout) {
    if (sum.weight() < 1 || sum.weight() > announcedWeight) {
      throw new IllegalArgumentException(
          "Invalid weight sum %d: must be between 1 and the %d announced"
              .formatted(sum.weight(), announcedWeight));
    }
    if (sum.coordinateCount() != layout.coordinateCount()) {
      throw new IllegalArgumentException(
          "Invalid sum: %d coordinates against %d in the layout"
              .formatted(sum.coordinateCount(), layout.coordinateCount()));
    }
    double weight = sum.weight();
    double unit = Math.scalb(1.0, -fractionBits()); // a power of two: multiplying by it is exact
    long[] slots = sum.slots();
    double[] mean = new double[sum.coordinateCount()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = slots[i] / weight * unit;
    }
    return new MeanDelta(mean);
  }

  private static int ceilLog2(long n) {
    return Long.SIZE - Long.numberOfLeadingZeros(n - 1);
  }
}
