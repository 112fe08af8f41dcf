package org.silotune.fed.client;

import java.util.Locale;
import org.silotune.fed.metrics.SiloMetrics;

/**
 * How much a silo's delta counts in the mean: an integer that is known only after the local update,
 * with a maximum that is announced before it.
 */
public enum Weighting {
  /**
   * Examples seen during the local update (McMahan et al. 2017, arXiv 1602.05629, algorithm 1, for
   * whole epochs).
   */
  EXAMPLES {
    @Override
    public long weight(SiloMetrics metrics) {
      return metrics.examplesSeen();
    }

    @Override
    public long maximum(WorkBound bound) {
      return bound.examples();
    }
  },
  /** Trained tokens seen during the local update: every position that carried loss counts alike. */
  TOKENS {
    @Override
    public long weight(SiloMetrics metrics) {
      return metrics.trainedTokens();
    }

    @Override
    public long maximum(WorkBound bound) {
      return bound.trainedTokens();
    }
  },
  /** Every silo that trained at all counts 1. */
  UNIFORM {
    @Override
    public long weight(SiloMetrics metrics) {
      return metrics.examplesSeen() > 0 ? 1 : 0;
    }

    @Override
    public long maximum(WorkBound bound) {
      return 1;
    }
  };

  /** Returns the aggregation weight of a local update. */
  public abstract long weight(SiloMetrics metrics);

  /** Returns the largest weight that a local update inside {@code bound} can have. */
  public abstract long maximum(WorkBound bound);

  /** Returns the name that configuration uses. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
