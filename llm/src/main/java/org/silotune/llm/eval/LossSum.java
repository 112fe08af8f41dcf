package org.silotune.llm.eval;

/**
 * A sum of token losses with the number of its tokens: sums add up, means do not.
 *
 * @param lossSum in nats
 * @param trainedTokens how many losses it holds
 */
public record LossSum(double lossSum, long trainedTokens) {

  /** The sum of nothing. */
  public static final LossSum ZERO = new LossSum(0, 0);

  public LossSum {
    if (trainedTokens < 0) {
      throw new IllegalArgumentException(
          "Invalid token count %d: must be >= 0".formatted(trainedTokens));
    }
  }

  /** Returns the sum over both; add in one fixed order where bits matter. */
  public LossSum plus(LossSum other) {
    return new LossSum(lossSum + other.lossSum, trainedTokens + other.trainedTokens);
  }

  /** Returns the mean token loss, NaN without tokens. */
  public double mean() {
    return lossSum / trainedTokens;
  }

  /** Returns {@code exp(mean)}, NaN without tokens. */
  public double perplexity() {
    return StrictMath.exp(mean());
  }
}
