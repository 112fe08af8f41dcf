package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    NUMBER("a number"),
    /** By UTF-8 bytes. */
    @JsonProperty("text")
    TEXT("a text"),
    /** By the point in time, whatever the zone it is written in; without a zone it is UTC. */
    @JsonProperty("time")
    TIME("a point in time"),
    /** By the date and time of a clock; a date is its first moment. */
    @JsonProperty("local-time")
    LOCAL_TIME("a date or time without zone");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** Returns what a value is called, with its article. */
    public String title() {
      return title;
    }
  }

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,4})?");

  /** A number that others of as many digits are ordered with as texts. */
  private static final Pattern PLAIN = Pattern.compile("[+]?[0-9.]+");

  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?"
              + " ?(Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?)?");

  /** A date that begins with its day or month, or has a part of one digit. */
  private static final Pattern UNSORTABLE_DATE =
      Pattern.compile(
          "(?:\\d{1,2}[./-]\\d{1,2}[./-]\\d|\\d{4}[./-](?:\\d|\\d{2}[./-]\\d)(?!\\d)).*");

  public HighWaterMark {
    requireNonNull(kind, "kind");
    requireNonNull(value, "value");
  }

  /**
   * Returns a value that a text file holds: a number if it reads like one, a time if it reads like
   * one of ISO 8601, else a text.
   */
  public static HighWaterMark of(String value) {
    if (DECIMAL.matcher(value).matches()) {
      return new HighWaterMark(Kind.NUMBER, value);
    }
    Matcher time = TIME.matcher(value);
    if (time.matches() && isTime(time)) {
      return new HighWaterMark(time.group(8) == null ? Kind.LOCAL_TIME : Kind.TIME, value);
    }
    return new HighWaterMark(Kind.TEXT, value);
  }

  /** Returns whether the order of the values is theirs: it is not that of dates such as 31.1.26. */
  public boolean hasOrder() {
    return kind != Kind.TEXT || !UNSORTABLE_DATE.matcher(value).matches();
  }

  /**
   * Returns the form of the text: values of one kind and form have their order as texts too. All
   * texts have one form, and numbers such as -1 and 1e5 none but their own.
   */
  public String form() {
    return switch (kind) {
      case TEXT -> "";
      case NUMBER -> PLAIN.matcher(value).matches() ? digitsAlike() : value;
      case TIME -> digitsAlike() + " " + zone();
      case LOCAL_TIME -> digitsAlike();
    };
  }

  private String digitsAlike() {
    return value.replaceAll("[0-9]", "0");
  }

  private String zone() {
    Matcher time = TIME.matcher(value);
    return time.matches() ? String.valueOf(time.group(8)) : "";
  }

  /** Compares values of one kind; kinds come in their order. */
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
      case TIME, LOCAL_TIME -> time(value).compareTo(time(other.value));
    };
  }

  private static boolean isTime(Matcher time) {
    try {
      var unused = time(time);
      return true;
    } catch (DateTimeException e) {
      return false; // such as a thirtieth of February
    }
  }

  private static LocalDateTime time(String value) {
    Matcher time = TIME.matcher(value);
    if (!time.matches()) {
      throw new IllegalArgumentException("Invalid time %s of a high-water mark".formatted(value));
    }
    return time(time);
  }

  /** The time in UTC where there is a zone, else as the clock has it. */
  private static LocalDateTime time(Matcher time) {
    LocalDateTime local =
        LocalDateTime.of(
            number(time, 1),
            number(time, 2),
            number(time, 3),
            number(time, 4),
            number(time, 5),
            number(time, 6),
            time.group(7) == null
                ? 0
                : Integer.parseInt((time.group(7) + "00000000").substring(0, 9)));
    String zone = time.group(8);
    return zone == null || zone.equals("UTC")
        ? local
        : local.minusSeconds(ZoneOffset.of(zone).getTotalSeconds());
  }

  private static int number(Matcher time, int group) {
    return time.group(group) == null ? 0 : Integer.parseInt(time.group(group));
  }

  @Override
  public String toString() {
    return value;
  }
}
