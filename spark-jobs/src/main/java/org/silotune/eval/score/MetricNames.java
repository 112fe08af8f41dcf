package org.silotune.eval.score;

import java.util.Locale;

/** What tables call metrics: {@code acc_norm}; {@code exact_match/strict-match} of an answer. */
public final class MetricNames {

  /** Of a program that passes. */
  public static final String PASSED = "passed";

  private MetricNames() {}

  /** Returns a metric's name. */
  public static String of(Enum<?> metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name of a metric of one of a task's several answers. */
  static String of(Enum<?> metric, String answer) {
    return answer.isEmpty() ? of(metric) : of(metric) + "/" + answer;
  }

  /** Returns the name of pass@k. */
  public static String passAt(int k) {
    return "pass@" + k;
  }
}
