package org.silotune.suite.cell;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalDouble;
import org.silotune.fed.metrics.ExampleLoss;

/**
 * What a cell found, or why it found nothing.
 *
 * @param cell which
 * @param status how it ended
 * @param reason why it failed, empty where it did not
 * @param bestRound whose adapter was scored, 0 for the base model
 * @param adapterSha256 of the last adapter, empty for the base model
 * @param reproducible whether every round was
 * @param costs what it took
 * @param rounds in order
 * @param curve validation losses, by round and silo
 * @param losses of the test rows of all silos, one by one
 * @param asked the tasks it was asked, each with its limit and hash
 * @param scores of tasks
 * @param answers of tasks, question by question
 */
public record CellResult(
    Cell cell,
    Status status,
    String reason,
    int bestRound,
    String adapterSha256,
    boolean reproducible,
    CellCosts costs,
    List<CellRound> rounds,
    List<CurvePoint> curve,
    List<ExampleLoss> losses,
    List<String> asked,
    List<CellScore> scores,
    List<CellAnswer> answers) {

  /** The ends that a cell can have. */
  public enum Status {
    /** It has all its numbers. */
    DONE,
    /** It has none; the next start tries again. */
    FAILED
  }

  public CellResult {
    requireNonNull(cell, "cell");
    requireNonNull(status, "status");
    requireNonNull(reason, "reason");
    requireNonNull(adapterSha256, "adapterSha256");
    requireNonNull(costs, "costs");
    rounds = List.copyOf(rounds);
    curve = List.copyOf(curve);
    losses = List.copyOf(losses);
    asked = List.copyOf(asked);
    scores = List.copyOf(scores);
    answers = List.copyOf(answers);
  }

  /** Returns the result of a cell that failed. */
  public static CellResult failed(Cell cell, String reason) {
    return new CellResult(
        cell,
        Status.FAILED,
        reason,
        0,
        "",
        /* reproducible= */ false,
        CellCosts.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Returns whether the cell has its numbers. */
  public boolean done() {
    return status == Status.DONE;
  }

  /** Returns the mean test loss over the rows of all silos, in nats a token. */
  public OptionalDouble testLoss() {
    return mean(losses);
  }

  /** Returns the mean test loss over the rows of one silo. */
  public OptionalDouble testLoss(String silo) {
    return mean(losses.stream().filter(loss -> loss.silo().equals(silo)).toList());
  }

  private static OptionalDouble mean(List<ExampleLoss> losses) {
    double sum = 0;
    long tokens = 0;
    for (ExampleLoss loss : losses) {
      sum += loss.lossSum();
      tokens += loss.tokens();
    }
    return tokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / tokens);
  }
}
