package org.silotune.prep.source;

import java.io.Serializable;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.HighWaterMark;

/**
 * What the high-water column of a file or table holds.
 *
 * @param rows all records, those too that cannot be read
 * @param above rows whose value is above the mark so far; without a mark, rows with a value
 * @param without records without a value, or that cannot be read
 * @param number the highest number, null if there is none
 * @param text the highest text, null if there is none
 * @param orderless what a value is that has no order, such as {@code an object}; null if all have
 */
record HighWaterCount(
    long rows,
    long above,
    long without,
    @Nullable HighWaterMark number,
    @Nullable HighWaterMark text,
    @Nullable String orderless)
    implements Serializable {

  static final HighWaterCount NONE = new HighWaterCount(0, 0, 0, null, null, null);

  static HighWaterCount ofRowWithout() {
    return new HighWaterCount(1, 0, 1, null, null, null);
  }

  static HighWaterCount ofOrderless(String what) {
    return new HighWaterCount(1, 0, 1, null, null, what);
  }

  static HighWaterCount of(HighWaterMark value, Optional<HighWaterMark> mark) {
    boolean isNumber = value.kind() == HighWaterMark.Kind.NUMBER;
    boolean isAbove = mark.isEmpty() || value.compareTo(mark.get()) > 0;
    return new HighWaterCount(
        1, isAbove ? 1 : 0, 0, isNumber ? value : null, isNumber ? null : value, null);
  }

  HighWaterCount plus(HighWaterCount other) {
    return new HighWaterCount(
        rows + other.rows,
        above + other.above,
        without + other.without,
        highest(number, other.number),
        highest(text, other.text),
        orderless == null ? other.orderless : orderless);
  }

  private static @Nullable HighWaterMark highest(
      @Nullable HighWaterMark a, @Nullable HighWaterMark b) {
    return Stream.of(Optional.ofNullable(a), Optional.ofNullable(b))
        .flatMap(Optional::stream)
        .max(HighWaterMark::compareTo)
        .orElse(null);
  }
}
