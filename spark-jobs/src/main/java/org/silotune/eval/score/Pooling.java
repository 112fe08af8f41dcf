package org.silotune.eval.score;

import java.util.Locale;
import org.silotune.eval.task.PerplexityMetric;

/** How the scores of many answers become one number. */
public enum Pooling {
  /** Values over weights. */
  MEAN {
    @Override
    double of(double values, double weights) {
      return values / weights;
    }
  },
  /** The exponential of that. */
  EXPONENTIAL {
    @Override
    double of(double values, double weights) {
      return StrictMath.exp(values / weights);
    }
  },
  /** That, from nats to bits. */
  BITS {
    @Override
    double of(double values, double weights) {
      return values / weights / StrictMath.log(2);
    }
  };

  abstract double of(double values, double weights);

  /** Returns how a metric is pooled, by its name in tables. */
  public static Pooling ofMetric(String metric) {
    for (PerplexityMetric each : PerplexityMetric.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(metric)) {
        return each == PerplexityMetric.BITS_PER_BYTE ? BITS : EXPONENTIAL;
      }
    }
    return MEAN;
  }

  /** Returns whether the smaller number of a metric is the better one. */
  public static boolean smallerIsBetter(String metric) {
    return ofMetric(metric) != MEAN;
  }
}
