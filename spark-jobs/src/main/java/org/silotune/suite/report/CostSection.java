package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.silotune.chart.BarChart;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.CellCosts;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.report.Block.Chart;
import org.silotune.suite.report.Block.Figure;
import org.silotune.suite.report.Block.Grid;
import org.silotune.suite.report.Block.Heading;
import org.silotune.suite.report.Block.Paragraph;

/** What the cells took: time, bytes, memory. */
final class CostSection {

  private static final int WIDE = 760;

  private final SuiteResults results;

  CostSection(SuiteResults results) {
    this.results = results;
  }

  /** What the cells of an arm took; sums of silos alone are over the silos. */
  private record Cost(Comparison of, Arm arm, List<CellResult> cells) {

    String name() {
      return "%s %s %s".formatted(of.dataset(), of.adapter(), arm.label());
    }

    double sum(ToDoubleFunction<CellCosts> part) {
      double sum = 0;
      for (CellResult cell : cells) {
        sum += part.applyAsDouble(cell.costs());
      }
      return sum;
    }

    /** Returns the sum of a seed, on average. */
    double perSeed(ToDoubleFunction<CellCosts> part) {
      return sum(part) / cells.stream().map(cell -> cell.cell().seed()).distinct().count();
    }

    long peak() {
      return cells.stream().mapToLong(cell -> cell.costs().peakBytes()).max().orElse(0);
    }
  }

  void addTo(List<Block> blocks) {
    List<Cost> costs = new ArrayList<>();
    for (var comparison : results.comparisons()) {
      for (Arm arm : Arm.values()) {
        var cells = comparison.done(arm);
        if (arm != Arm.BASE && !cells.isEmpty()) {
          costs.add(new Cost(comparison, arm, cells));
        }
      }
    }
    if (costs.isEmpty()) {
      return;
    }
    blocks.add(new Heading(2, "Time, bytes and memory"));
    blocks.add(
        new Paragraph(
            "Of one seed, on average; local is all silos alone together. Training is the rounds without scoring, the rest is scoring on validation and test rows and tasks. Bytes are what silos and server send each other in all rounds, as serialised: nothing where one silo is alone. The rows that global brings together are not in it. Memory is the most that the suite's process had resident during a cell, of executors elsewhere nothing is known."));
    blocks.add(table(costs));
    blocks.add(new Figure(List.of(time(costs), bytes(costs))));
  }

  private static Grid table(List<Cost> costs) {
    List<List<String>> rows = new ArrayList<>();
    for (Cost cost : costs) {
      double tokens = cost.sum(CellCosts::tokens);
      double training = cost.sum(CellCosts::trainSeconds);
      rows.add(
          List.of(
              cost.of().dataset(),
              cost.of().adapter(),
              cost.arm().label(),
              Figures.count(Math.round(cost.perSeed(CellCosts::trainRows))),
              Figures.count(Math.round(cost.perSeed(CellCosts::steps))),
              Figures.count(Math.round(cost.perSeed(CellCosts::tokens))),
              Figures.seconds(cost.perSeed(CellCosts::trainSeconds)),
              Figures.seconds(cost.perSeed(CellCosts::seconds)),
              training > 0 ? Figures.count(Math.round(tokens / training)) : Figures.NONE,
              Figures.bytes(cost.perSeed(CellCosts::bytesDown)),
              Figures.bytes(cost.perSeed(CellCosts::bytesUp)),
              cost.peak() > 0 ? Figures.bytes((double) cost.peak()) : Figures.NONE));
    }
    return new Grid(
        List.of(
            "data set",
            "adapter",
            "arm",
            "rows",
            "steps",
            "tokens",
            "training, s",
            "in all, s",
            "tokens/s",
            "bytes down",
            "bytes up",
            "peak memory"),
        rows);
  }

  private static Chart time(List<Cost> costs) {
    return new Chart(
        "time",
        "Seconds of one seed by data set and arm",
        new BarChart(
                "Time of one seed (strong: training; pale: scoring and the rest)",
                "seconds",
                costs.stream().map(CostSection::seconds).toList())
            .draw(WIDE));
  }

  private static BarChart.Bar seconds(Cost cost) {
    double training = cost.perSeed(CellCosts::trainSeconds);
    double all = Math.max(training, cost.perSeed(CellCosts::seconds));
    return new BarChart.Bar(
        cost.name(), ArmLook.of(cost.arm()), training, all - training, Figures.seconds(all) + " s");
  }

  private static Chart bytes(List<Cost> costs) {
    return new Chart(
        "bytes",
        "Bytes between silos and server of one seed, by data set and arm",
        new BarChart(
                "Sent between silos and server (strong: down; pale: up)",
                "megabytes",
                costs.stream()
                    .map(
                        cost ->
                            new BarChart.Bar(
                                cost.name(),
                                ArmLook.of(cost.arm()),
                                cost.perSeed(CellCosts::bytesDown) * 1e-6,
                                cost.perSeed(CellCosts::bytesUp) * 1e-6,
                                Figures.bytes(
                                    cost.perSeed(CellCosts::bytesDown)
                                        + cost.perSeed(CellCosts::bytesUp))))
                    .toList())
            .draw(WIDE));
  }
}
