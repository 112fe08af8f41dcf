package org.silotune.fed.aggregate;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A sum of encoded deltas and of their weights: a commutative monoid over exact integers, so that
 * every order, tree and retry gives the same bits. One array holds the coordinates in tensor-name
 * order and, in its last slot, the weight sum, so that whatever is added to all slots alike, such
 * as the masks of secure aggregation, covers the weight too. Immutable.
 */
public final class FixedPointSum implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The sum of nothing. */
  public static final FixedPointSum EMPTY = new FixedPointSum(new long[0]);

  private final long[] slots;

  private FixedPointSum(long[] slots) {
    this.slots = slots;
  }

  /** Returns a sum that takes over {@code slots}: the coordinates, then the weight. */
  static FixedPointSum of(long[] slots) {
    if (slots.length == 0) {
      throw new IllegalArgumentException("Invalid slots: the weight's slot is missing");
    }
    return new FixedPointSum(slots);
  }

  /** Returns the sum of both. */
  public FixedPointSum plus(FixedPointSum other) {
    if (slots.length == 0) {
      return other;
    }
    if (other.slots.length == 0) {
      return this;
    }
    if (slots.length != other.slots.length) {
      throw new IllegalArgumentException(
          "Invalid sum: %d coordinates against %d"
              .formatted(coordinateCount(), other.coordinateCount()));
    }
    long[] total = new long[slots.length];
    for (int i = 0; i < total.length; i++) {
      // An assertion only: the scheme leaves room for every order of every silo.
      total[i] = Math.addExact(slots[i], other.slots[i]);
    }
    return new FixedPointSum(total);
  }

  /** Returns the weight sum, 0 for the sum of nothing. */
  public long weight() {
    return slots.length == 0 ? 0 : slots[slots.length - 1];
  }

  /** Returns the number of coordinates, 0 for the sum of nothing. */
  public int coordinateCount() {
    return Math.max(0, slots.length - 1);
  }

  /** Returns the integer at coordinate {@code i}. */
  long coordinate(int i) {
    return slots[i];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedPointSum sum && Arrays.equals(slots, sum.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }

  @Override
  public String toString() {
    return "FixedPointSum[%d coordinates, weight %d]".formatted(coordinateCount(), weight());
  }
}
