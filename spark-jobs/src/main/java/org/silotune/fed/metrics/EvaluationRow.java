package org.silotune.fed.metrics;

/**
 * A row of the table {@code evaluations}: the held-out loss of the global adapter after a round.
 *
 * @param round 0 is before the first round
 * @param split {@code validation} or {@code test}
 * @param silo the silo's name, or {@value #CENTRAL} for all silos' rows together
 * @param loss mean over {@code tokens}, in nats; NaN where there are none
 */
public record EvaluationRow(
    int round,
    String split,
    String silo,
    long examples,
    long tokens,
    double lossSum,
    double loss,
    double perplexity) {

  /** The {@code silo} of rows that pool every silo; no silo may have this name. */
  public static final String CENTRAL = "*";

  /** Returns the row of one silo's, or of all silos', loss. */
  public static EvaluationRow of(int round, HeldOutSplit split, String silo, SplitLoss loss) {
    return new EvaluationRow(
        round,
        split.label(),
        silo,
        loss.examples(),
        loss.tokens(),
        loss.lossSum(),
        loss.meanLoss(),
        loss.perplexity());
  }
}
