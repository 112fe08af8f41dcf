package org.silotune.prep.source;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.HighWaterMark;

/**
 * What the high-water column of a file or table holds.
 *
 * @param rows all records, those too that cannot be read
 * @param above rows whose value is above the mark so far; without a mark, rows with a value
 * @param without records without a value, or that cannot be read
 * @param highest the highest value of each kind; those of more than one have no common order
 * @param orderless what a value is that has no order, such as {@code an object}; null if all have
 */
record HighWaterCount(
    long rows,
    long above,
    long without,
    Map<HighWaterMark.Kind, HighWaterMark> highest,
    @Nullable String orderless)
    implements Serializable {

  static final HighWaterCount NONE = new HighWaterCount(0, 0, 0, Map.of(), null);

  static HighWaterCount ofRowWithout() {
    return new HighWaterCount(1, 0, 1, Map.of(), null);
  }

  static HighWaterCount ofOrderless(String what) {
    return new HighWaterCount(1, 0, 1, Map.of(), what);
  }

  static HighWaterCount of(HighWaterMark value, Optional<HighWaterMark> mark) {
    boolean isAbove = mark.isEmpty() || value.compareTo(mark.get()) > 0;
    return new HighWaterCount(1, isAbove ? 1 : 0, 0, Map.of(value.kind(), value), null);
  }

  HighWaterCount plus(HighWaterCount other) {
    return new HighWaterCount(
        rows + other.rows,
        above + other.above,
        without + other.without,
        highest(other.highest),
        orderless == null ? other.orderless : orderless);
  }

  private Map<HighWaterMark.Kind, HighWaterMark> highest(
      Map<HighWaterMark.Kind, HighWaterMark> others) {
    if (highest.isEmpty() || others.isEmpty()) {
      return highest.isEmpty() ? others : highest;
    }
    TreeMap<HighWaterMark.Kind, HighWaterMark> all = new TreeMap<>(highest);
    others.forEach((kind, mark) -> all.merge(kind, mark, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    return Collections.unmodifiableMap(all);
  }
}
