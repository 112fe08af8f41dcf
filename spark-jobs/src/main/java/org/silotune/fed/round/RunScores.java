package org.silotune.fed.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
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
  private final RoundListener listener;

  RunScores(
      RunDirectory run,
      RunTables tables,
      HeldOutEvaluation evaluation,
      List<SiloDescriptor> silos,
      RoundListener listener) {
    this.run = run;
    this.tables = tables;
    this.evaluation = evaluation;
    this.silos = silos;
    this.listener = listener;
  }

  /**
   * Returns the central loss of the round's adapter, scoring it if no earlier process did.
   *
   * @param adapter asked for only then
   */
  SplitLoss of(int round, HeldOutSplit split, Supplier<NamedTensors> adapter) {
    List<EvaluationRow> rows =
        run.scores(round, split).orElseGet(() -> compute(round, split, adapter.get()));
    tables.publish(
        Table.EVALUATIONS,
        "round-%05d-%s".formatted(round, split.label()),
        EvaluationRow.class,
        rows);
    return central(rows);
  }

  private List<EvaluationRow> compute(int round, HeldOutSplit split, NamedTensors adapter) {
    SortedMap<String, SplitLoss> bySilo = evaluation.score(round, split, adapter, silos);
    List<EvaluationRow> rows = new ArrayList<>();
    SplitLoss central = SplitLoss.NONE;
    for (Map.Entry<String, SplitLoss> silo : bySilo.entrySet()) {
      rows.add(EvaluationRow.of(round, split, silo.getKey(), silo.getValue()));
      central = central.plus(silo.getValue());
    }
    rows.add(EvaluationRow.of(round, split, EvaluationRow.CENTRAL, central));
    run.recordScores(round, split, rows);
    listener.scored(round, split, rows);
    return rows;
  }

  private static SplitLoss central(List<EvaluationRow> rows) {
    EvaluationRow central =
        rows.stream().filter(r -> r.silo().equals(EvaluationRow.CENTRAL)).findFirst().orElseThrow();
    return new SplitLoss(central.examples(), central.tokens(), central.lossSum());
  }
}
