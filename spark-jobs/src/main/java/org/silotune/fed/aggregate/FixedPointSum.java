package org.silotune.fed.aggregate;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.client.TensorBytes;

/**
 * A sum of encoded deltas and of their weights: a commutative monoid over exact integers, so that
 * every order, tree and retry gives the same bits. One array holds the coordinates in tensor-name
 * order and, in its last slot, the weight sum, so that whatever is added to all slots alike, such
 * as the masks of secure aggregation, covers the weight too. The sum of one delta travels as that
 * delta and becomes integers where it is added to something. Immutable.
 */
public final class FixedPointSum implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The sum of nothing. */
  public static final FixedPointSum EMPTY = new FixedPointSum(new long[0], null);

  private transient long @Nullable [] slots;
  private transient @Nullable CheckedDelta single;

  private FixedPointSum(long @Nullable [] slots, @Nullable CheckedDelta single) {
    this.slots = slots;
    this.single = single;
  }

  /** Returns the sum of one delta, whose arrays nobody writes to any more. */
  static FixedPointSum of(CheckedDelta delta) {
    return new FixedPointSum(null, delta);
  }

  /** Returns the sum of both. */
  public FixedPointSum plus(FixedPointSum other) {
    if (slotCount() == 0) {
      return other;
    }
    if (other.slotCount() == 0) {
      return this;
    }
    long[] total = copyOfSlots();
    other.addTo(total);
    return new FixedPointSum(total, null);
  }

  /**
   * Adds {@code other} to this very sum: for a sum that {@link #plus} made from two and that nobody
   * else has.
   */
  void absorb(FixedPointSum other) {
    if (slots == null || slots.length == 0) {
      throw new IllegalStateException("Cannot add to a sum that was not added up before");
    }
    other.addTo(slots);
  }

  /** Returns the weight sum, 0 for the sum of nothing. */
  public long weight() {
    if (single != null) {
      return single.weight();
    }
    return slots.length == 0 ? 0 : slots[slots.length - 1];
  }

  /** Returns the number of coordinates, 0 for the sum of nothing. */
  public int coordinateCount() {
    return Math.max(0, slotCount() - 1);
  }

  /** Returns the integers: the coordinates, then the weight; not to be written to. */
  long[] slots() {
    return single == null ? slots : copyOfSlots();
  }

  private int slotCount() {
    return single == null ? slots.length : single.slotCount();
  }

  private long[] copyOfSlots() {
    if (single == null) {
      return slots.clone();
    }
    long[] encoded = new long[single.slotCount()];
    addTo(encoded);
    return encoded;
  }

  private void addTo(long[] total) {
    int count = slotCount();
    if (count == 0) {
      return;
    }
    if (count != total.length) {
      throw new IllegalArgumentException(
          "Invalid sum: %d coordinates against %d".formatted(total.length - 1, count - 1));
    }
    // An assertion only: the scheme leaves room for every order of every silo.
    if (!(single == null ? add(slots, total) : single.addTo(total))) {
      throw new ArithmeticException("long overflow");
    }
  }

  private static boolean add(long[] slots, long[] total) {
    long overflow = 0;
    for (int i = 0; i < total.length; i++) {
      long sum = total[i] + slots[i];
      overflow |= (total[i] ^ sum) & (slots[i] ^ sum);
      total[i] = sum;
    }
    return overflow >= 0;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeBoolean(single != null);
    if (single != null) {
      single.write(out);
    } else {
      TensorBytes.write(slots, out);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    if (in.readBoolean()) {
      single = CheckedDelta.read(in);
    } else {
      slots = TensorBytes.readLongs(in);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedPointSum sum && Arrays.equals(slots(), sum.slots());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots());
  }

  @Override
  public String toString() {
    return "FixedPointSum[%d coordinates, weight %d]".formatted(coordinateCount(), weight());
  }
}
