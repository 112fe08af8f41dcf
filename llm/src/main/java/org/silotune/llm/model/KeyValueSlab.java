package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/**
 * The keys and values of sequences of like length, side by side: for each layer two tensors (slots,
 * rows, kv heads, headSize) in the type of the products, allocated before they are written.
 */
final class KeyValueSlab implements AutoCloseable {

  private final Forward forward;
  private final NativeScope memory;
  private final int rows;
  private final BitSet taken = new BitSet();
  private final List<NativeTensor> keys = new ArrayList<>();
  private final List<NativeTensor> values = new ArrayList<>();
  private int slots;

  KeyValueSlab(Forward forward, NativeScope parent, int rows, int slots) {
    this.forward = forward;
    this.memory = parent.open();
    this.rows = rows;
    this.slots = slots;
    try (NativeTensor like = memory.zeros(1)) {
      for (int layer = 0; layer < forward.layerCount(); layer++) {
        keys.add(forward.cache(memory, like, slots, rows));
        values.add(forward.cache(memory, like, slots, rows));
      }
    }
  }

  int rows() {
    return rows;
  }

  int slots() {
    return slots;
  }

  boolean isEmpty() {
    return taken.isEmpty();
  }

  NativeTensor keys(int layer) {
    return keys.get(layer);
  }

  NativeTensor values(int layer) {
    return values.get(layer);
  }

  /** Makes room for {@code count} more sequences, with one copy of what is there. */
  void reserve(int count) {
    int missing = taken.cardinality() + count - slots;
    if (missing > 0) {
      widen(keys, missing);
      widen(values, missing);
      slots += missing;
    }
  }

  /** Returns a slot that was free, after {@link #reserve}. */
  int take() {
    int slot = taken.nextClearBit(0);
    taken.set(slot);
    return slot;
  }

  void free(int slot) {
    taken.clear(slot);
  }

  /** Copies the first rows of a slot into a slot of another slab, or of this one. */
  void copy(int slot, KeyValueSlab target, int targetSlot, int count) {
    for (int layer = 0; layer < keys.size(); layer++) {
      forward.copyRows(keys.get(layer), slot, target.keys.get(layer), targetSlot, count);
      forward.copyRows(values.get(layer), slot, target.values.get(layer), targetSlot, count);
    }
  }

  private void widen(List<NativeTensor> caches, int more) {
    for (int layer = 0; layer < caches.size(); layer++) {
      try (NativeTensor smaller = caches.get(layer)) {
        caches.set(layer, forward.widen(memory, smaller, more));
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
