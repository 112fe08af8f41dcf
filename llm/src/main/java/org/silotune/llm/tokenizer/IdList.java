package org.silotune.llm.tokenizer;

import java.util.Arrays;

/** A list of ids that grows. */
final class IdList {

  private int[] values;
  private int size;

  IdList(int capacity) {
    values = new int[capacity];
  }

  void add(int id) {
    grow(1);
    values[size++] = id;
  }

  void addAll(int[] ids) {
    grow(ids.length);
    System.arraycopy(ids, 0, values, size, ids.length);
    size += ids.length;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  private void grow(int more) {
    if (size + more > values.length) {
      values = Arrays.copyOf(values, Math.max(size + more, 2 * values.length));
    }
  }
}
