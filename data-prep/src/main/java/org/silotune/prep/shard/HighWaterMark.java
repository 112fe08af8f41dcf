package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value of a high-water column, such as the highest so far: rows above it are new.
 *
 * @param kind how values are ordered; two kinds have no common order
 * @param value as text
 */
public record HighWaterMark(Kind kind, String value)
    implements Comparable<HighWaterMark>, Serializable {

  /** How values are ordered. */
  public enum Kind {
    /** By value: whole numbers and decimals. */
    @JsonProperty("number")
    NUMBER,
    /** By UTF-8 bytes: texts, dates and times, the year first. */
    @JsonProperty("text")
    TEXT
  }

  private static final String DECIMAL = "[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?";

  public HighWaterMark {
    requireNonNull(kind, "kind");
    requireNonNull(value, "value");
  }

  /** Returns a value that a text file holds: a number if it reads like one, else a text. */
  public static HighWaterMark of(String value) {
    return new HighWaterMark(value.matches(DECIMAL) ? Kind.NUMBER : Kind.TEXT, value);
  }

  /** Compares values of one kind; numbers come before texts. */
  @Override
  public int compareTo(HighWaterMark other) {
    if (kind != other.kind) {
      return kind.compareTo(other.kind);
    }
    return switch (kind) {
      case NUMBER -> new BigDecimal(value).compareTo(new BigDecimal(other.value));
      case TEXT ->
          Arrays.compareUnsigned(
              value.getBytes(StandardCharsets.UTF_8), other.value.getBytes(StandardCharsets.UTF_8));
    };
  }

  @Override
  public String toString() {
    return value;
  }
}
