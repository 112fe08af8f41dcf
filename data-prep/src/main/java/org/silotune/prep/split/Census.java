package org.silotune.prep.split;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many rows each category has: what a partition needs that deals out known totals.
 *
 * @param rowsByCategory in the order of categories
 */
public record Census(SortedMap<String, Long> rowsByCategory) implements Serializable {

  /** Nobody was counted, for nobody asked. */
  public static final Census NONE = new Census(new TreeMap<>());

  public Census {
    rowsByCategory = Collections.unmodifiableSortedMap(new TreeMap<>(rowsByCategory));
  }

  /** Returns the rows of all categories. */
  public long rows() {
    return rowsByCategory.values().stream().mapToLong(Long::longValue).sum();
  }
}
