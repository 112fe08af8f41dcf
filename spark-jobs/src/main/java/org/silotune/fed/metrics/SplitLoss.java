package org.silotune.fed.metrics;

import java.io.Serializable;
import java.util.OptionalDouble;

/**
 * Held-out loss as sums, so that parts add up to the whole.
 *
 * @param examples examples scored
 * @param tokens positions that carry loss
 * @param lossSum sum of their losses, in nats
 */
public record SplitLoss(long examples, long tokens, double lossSum) implements Serializable {

  /** No example scored. */
  public static final SplitLoss NONE = new SplitLoss(0, 0, 0);

  /**
   * Returns the sums of both. Double addition depends on the order: whoever adds several silos adds
   * them in name order.
   */
  public SplitLoss plus(SplitLoss other) {
    return new SplitLoss(examples + other.examples, tokens + other.tokens, lossSum + other.lossSum);
  }

  /** Returns the mean loss of a token in nats, if there is one. */
  public OptionalDouble meanLoss() {
    return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(lossSum / tokens);
  }

  /** Returns {@code exp(meanLoss())}. */
  public OptionalDouble perplexity() {
    return tokens == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(StrictMath.exp(lossSum / tokens));
  }
}
