package org.silotune.eval.task;

import java.util.List;

/**
 * A text whose likelihood is asked.
 *
 * @param text the whole of it
 * @param metrics by what the log-likelihood is divided
 */
public record PerplexityConfig(String text, List<PerplexityMetric> metrics) implements AskConfig {

  /** What files call it. */
  public static final String NAME = "perplexity";

  public PerplexityConfig {
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("Invalid metrics: name at least one");
    }
  }

  @Override
  public boolean takesShots() {
    return false;
  }
}
