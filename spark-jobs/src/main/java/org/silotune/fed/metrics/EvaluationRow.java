package org.silotune.fed.metrics;

import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table {@code evaluations}: the held-out loss of the global adapter after a round.
 *
 * @param round 0 is before the first round
 * @param split {@code validation} or {@code test}
 * @param silo the silo's name, or {@value #CENTRAL} for the rows of all scored silos together
 * @param status {@value #SCORED}; lost or misplaced for a silo that could not be scored; {@value
 *     #PARTIAL} for all silos together where such are missing
 * @param reason why, empty where {@code status} is {@value #SCORED}
 * @param loss mean over {@code tokens}, in nats; none where there are none
 * @param perplexity {@code exp(loss)}
 * @param host the executor's host, empty for all silos together
 * @param canary hash of the executor's canary computation, empty where none was run
 */
public record EvaluationRow(
    int round,
    String split,
    String silo,
    String status,
    String reason,
    long examples,
    long tokens,
    double lossSum,
    OptionalDouble loss,
    OptionalDouble perplexity,
    String host,
    String canary) {

  /** The {@code silo} of rows that pool every silo; no silo may have this name. */
  public static final String CENTRAL = "*";

  /** The {@code status} of a row whose loss is that of all the rows it is about. */
  public static final String SCORED = "scored";

  /** The {@code status} of the central row where silos are missing. */
  public static final String PARTIAL = "partial";

  /**
   * Runs of the first days wrote no status: then a silo that was not scored ended the run. They
   * wrote NaN for a loss over no tokens.
   */
  public EvaluationRow {
    loss = tokens == 0 ? OptionalDouble.empty() : loss;
    perplexity = tokens == 0 ? OptionalDouble.empty() : perplexity;
    status = or(status, SCORED);
    reason = or(reason, "");
    host = or(host, "");
    canary = or(canary, "");
  }

  /** Returns the row of one silo's loss. */
  public static EvaluationRow scored(
      int round, HeldOutSplit split, String silo, SplitLoss loss, String host, String canary) {
    return of(round, split.label(), silo, SCORED, "", loss, host, canary);
  }

  /** Returns the row of a silo that could not be scored. */
  public static EvaluationRow unscored(
      int round, HeldOutSplit split, String silo, String status, String reason, String host) {
    return of(round, split.label(), silo, status, reason, SplitLoss.NONE, host, "");
  }

  /**
   * Returns the row of several silos' loss together.
   *
   * @param without the silos that it leaves out
   */
  public static EvaluationRow central(
      int round, String split, SplitLoss loss, List<String> without) {
    return without.isEmpty()
        ? of(round, split, CENTRAL, SCORED, "", loss, "", "")
        : of(round, split, CENTRAL, PARTIAL, "without " + String.join(", ", without), loss, "", "");
  }

  /** Returns whether the loss is that of all the rows that the row is about. */
  public boolean complete() {
    return status.equals(SCORED);
  }

  /** Returns whether the row pools silos. */
  public boolean central() {
    return silo.equals(CENTRAL);
  }

  private static EvaluationRow of(
      int round,
      String split,
      String silo,
      String status,
      String reason,
      SplitLoss loss,
      String host,
      String canary) {
    return new EvaluationRow(
        round,
        split,
        silo,
        status,
        reason,
        loss.examples(),
        loss.tokens(),
        loss.lossSum(),
        loss.meanLoss(),
        loss.perplexity(),
        host,
        canary);
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
