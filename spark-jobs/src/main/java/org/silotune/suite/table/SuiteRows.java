package org.silotune.suite.table;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CurvePoint;
import org.silotune.suite.report.SuiteResults;
import org.silotune.suite.stats.Claim;
import org.silotune.suite.stats.SeedBootstrap;

/** The rows that a suite's results are, in the order of its cells. */
public final class SuiteRows {

  private final SuiteResults results;

  /** The rows of results. */
  public SuiteRows(SuiteResults results) {
    this.results = results;
  }

  /** Returns a row a cell. */
  public List<CellRow> cells() {
    return results.cells().stream()
        .map(cell -> results.of(cell).map(CellRow::of).orElseGet(() -> CellRow.missing(cell)))
        .toList();
  }

  /** Returns the validation losses of every cell. */
  public List<RoundLossRow> rounds() {
    List<RoundLossRow> rows = new ArrayList<>();
    for (CellResult result : done()) {
      for (CurvePoint point : result.curve()) {
        rows.add(row(result, point));
      }
    }
    return rows;
  }

  private static RoundLossRow row(CellResult result, CurvePoint point) {
    Cell cell = result.cell();
    var round =
        result.rounds().stream()
            .filter(each -> each.round() == point.round() && point.silo().equals(CurvePoint.ALL))
            .findFirst();
    return new RoundLossRow(
        cell.id(),
        cell.dataset(),
        cell.adapter(),
        cell.seed(),
        cell.arm().label(),
        point.round(),
        point.silo(),
        point.examples(),
        point.loss(),
        round.map(r -> OptionalDouble.of(r.trainLoss())).orElse(OptionalDouble.empty()),
        round.map(r -> OptionalDouble.of(r.seconds())).orElse(OptionalDouble.empty()));
  }

  /** Returns the scores of tasks of every cell. */
  public List<ScoreRow> scores() {
    List<ScoreRow> rows = new ArrayList<>();
    for (CellResult result : done()) {
      Cell cell = result.cell();
      for (var score : result.scores()) {
        rows.add(
            new ScoreRow(
                cell.id(),
                cell.dataset(),
                cell.adapter(),
                cell.seed(),
                cell.arm().label(),
                cell.silo(),
                score.task(),
                score.metric(),
                score.group(),
                score.examples(),
                score.notRun(),
                score.score(),
                score.low(),
                score.high()));
      }
    }
    return rows;
  }

  /** Returns the loss of every test row in every cell. */
  public List<RowLossRow> losses() {
    List<RowLossRow> rows = new ArrayList<>();
    for (CellResult result : done()) {
      Cell cell = result.cell();
      for (var loss : result.losses()) {
        rows.add(
            new RowLossRow(
                cell.id(),
                cell.dataset(),
                cell.adapter(),
                cell.seed(),
                cell.arm().label(),
                cell.silo(),
                loss.silo(),
                loss.exampleId(),
                loss.tokens(),
                loss.lossSum()));
      }
    }
    return rows;
  }

  /** Returns every claim that was looked at. */
  public List<ClaimRow> claims(SeedBootstrap bootstrap) {
    List<ClaimRow> rows = new ArrayList<>();
    for (var comparison : results.comparisons()) {
      for (Claim claim : comparison.allClaims(bootstrap)) {
        var advantage = claim.advantage();
        rows.add(
            new ClaimRow(
                comparison.dataset(),
                comparison.adapter(),
                claim.measure().name(),
                claim.better(),
                claim.worse(),
                advantage.value(),
                advantage.low(),
                advantage.high(),
                advantage.seeds(),
                advantage.agreeing(),
                advantage.examples(),
                claim.verdict().words()));
      }
    }
    return rows;
  }

  private List<CellResult> done() {
    return results.cells().stream()
        .flatMap(cell -> results.of(cell).stream())
        .filter(CellResult::done)
        .toList();
  }
}
