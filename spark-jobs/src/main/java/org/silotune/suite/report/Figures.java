package org.silotune.suite.report;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.silotune.suite.stats.Estimate;

/** Numbers as the report writes them. */
final class Figures {

  /** What stands where there is no number. */
  static final String NONE = "–";

  private Figures() {}

  static String loss(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String loss(OptionalDouble value) {
    return value.isPresent() ? loss(value.getAsDouble()) : NONE;
  }

  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  /** Returns an estimate with its interval. */
  static String interval(Estimate estimate) {
    return "%s (%s to %s)"
        .formatted(loss(estimate.value()), loss(estimate.low()), loss(estimate.high()));
  }

  static String interval(Optional<Estimate> estimate) {
    return estimate.map(Figures::interval).orElse(NONE);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String seconds(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** Returns bytes in the unit that leaves one to three digits. */
  static String bytes(double value) {
    if (value < 1e3) {
      return String.format(Locale.ROOT, "%.0f B", value);
    }
    if (value < 1e6) {
      return String.format(Locale.ROOT, "%.1f kB", value * 1e-3);
    }
    return value < 1e9
        ? String.format(Locale.ROOT, "%.1f MB", value * 1e-6)
        : String.format(Locale.ROOT, "%.2f GB", value * 1e-9);
  }
}
