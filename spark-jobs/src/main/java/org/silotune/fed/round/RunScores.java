package org.silotune.fed.round;

import java.util.List;
import java.util.function.Supplier;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.metrics.SplitScores;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.RunTables.Table;
import org.silotune.llm.tensor.NamedTensors;

/** The held-out scores of a run: computed once for a (round, split), recorded, and read again. */
final class RunScores {

  private final RunDirectory run;
  private final RunTables tables;
  private final HeldOutEvaluation evaluation;
  private final List<SiloDescriptor> silos;
  private final CanaryCheck canaries;
  private final RoundListener listener;
  private boolean reproducible = true;

  RunScores(
      RunDirectory run,
      RunTables tables,
      HeldOutEvaluation evaluation,
      List<SiloDescriptor> silos,
      CanaryCheck canaries,
      RoundListener listener) {
    this.run = run;
    this.tables = tables;
    this.evaluation = evaluation;
    this.silos = silos;
    this.canaries = canaries;
    this.listener = listener;
  }

  /**
   * Returns the losses of the round's adapter, scoring it if no earlier process did.
   *
   * @param adapter asked for only then
   */
  SplitScores of(int round, HeldOutSplit split, Supplier<NamedTensors> adapter) {
    List<EvaluationRow> rows =
        run.scores(round, split).orElseGet(() -> compute(round, split, adapter.get()));
    tables.publish(
        Table.EVALUATIONS,
        "round-%05d-%s".formatted(round, split.label()),
        EvaluationRow.class,
        rows);
    String expected = run.canary();
    reproducible &= rows.stream().allMatch(row -> isReproducible(row, expected));
    return SplitScores.of(rows);
  }

  /** Returns whether all the losses asked for are what the run's bits give, over all silos. */
  boolean areReproducible() {
    return reproducible;
  }

  private static boolean isReproducible(EvaluationRow row, String canary) {
    return row.complete() && (row.canary().isEmpty() || row.canary().equals(canary));
  }

  private List<EvaluationRow> compute(int round, HeldOutSplit split, NamedTensors adapter) {
    SiloReplies<SplitLoss> replies = evaluation.score(round, split, adapter, silos);
    canaries.check(
        "%s loss after round %d".formatted(split.label(), round),
        replies.bySilo().values().stream()
            .map(reply -> new CanaryCheck.Seen(reply.silo(), reply.host(), reply.canary()))
            .toList());
    List<EvaluationRow> rows = ScoreRows.of(round, split, replies);
    run.recordScores(round, split, rows);
    listener.scored(round, split, rows);
    return rows;
  }
}
