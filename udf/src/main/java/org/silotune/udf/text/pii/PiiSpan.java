package org.silotune.udf.text.pii;

import static java.util.Objects.requireNonNull;

/**
 * A stretch of a text that identifies somebody.
 *
 * @param kind what it is, such as {@code EMAIL}
 * @param start its first character
 * @param end behind its last
 */
public record PiiSpan(String kind, int start, int end) {

  public PiiSpan {
    requireNonNull(kind, "kind");
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("Invalid span [%d, %d): is empty".formatted(start, end));
    }
  }

  boolean overlaps(PiiSpan other) {
    return start < other.end && other.start < end;
  }

  /** Returns what stands for it, such as {@code [EMAIL]}. */
  public String placeholder() {
    return "[" + kind + "]";
  }
}
