package org.silotune.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis with round numbers on it: 1, 2 or 5 times a power of ten apart.
 *
 * @param low the first
 * @param high the last
 * @param step from each to the next
 */
record Ticks(double low, double high, double step) {

  private static final double[] STEPS = {1, 2, 5, 10};

  /**
   * Returns the axis around values.
   *
   * @param most steps at most
   */
  static Ticks around(double least, double most, int steps) {
    double span = most - least;
    if (!(span > 0)) {
      span = Math.max(Math.abs(most), 1) * 0.1;
    }
    double power = 1;
    while (power * 10 <= span / steps) {
      power *= 10;
    }
    while (power > span / steps) {
      power /= 10;
    }
    double step = power;
    for (double factor : STEPS) {
      step = power * factor;
      if (span / step <= steps) {
        break;
      }
    }
    double low = Math.floor(least / step) * step;
    double high = Math.ceil(most / step) * step;
    return new Ticks(low, high > low ? high : low + step, step);
  }

  List<Double> values() {
    List<Double> values = new ArrayList<>();
    int count = (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      values.add(low + i * step);
    }
    return values;
  }

  /** Returns where a value is, 0 at the low end and 1 at the high one. */
  double part(double value) {
    return (value - low) / (high - low);
  }

  /** Returns a number with the digits that the steps have. */
  String text(double value) {
    int digits = 0;
    for (double scale = step; digits < 9 && Math.abs(scale - Math.rint(scale)) > 1e-6; digits++) {
      scale *= 10;
    }
    return String.format(Locale.ROOT, "%,." + digits + "f", value == 0 ? 0.0 : value);
  }
}
