package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.silotune.chart.IntervalChart;
import org.silotune.chart.LineChart;
import org.silotune.chart.Series;
import org.silotune.chart.Svg;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CurvePoint;
import org.silotune.suite.report.Block.Chart;
import org.silotune.suite.report.Block.Figure;
import org.silotune.suite.report.Block.Grid;
import org.silotune.suite.report.Block.Heading;
import org.silotune.suite.report.Block.Paragraph;
import org.silotune.suite.stats.Estimate;
import org.silotune.suite.stats.Observed;
import org.silotune.suite.stats.SeedBootstrap;

/**
 * The losses of one data set and adapter: of the test rows by arm and silo, and over the rounds.
 */
final class LossSection {

  private static final int WIDE = 760;
  private static final int NARROW = 370;

  private final Comparison comparison;
  private final SeedBootstrap bootstrap;

  LossSection(Comparison comparison, SeedBootstrap bootstrap) {
    this.comparison = comparison;
    this.bootstrap = bootstrap;
  }

  void addTo(List<Block> blocks) {
    blocks.add(new Heading(2, "%s, %s".formatted(comparison.dataset(), comparison.adapter())));
    if (comparison.seeds().isEmpty()) {
      blocks.add(new Paragraph("No seed has all its cells."));
      return;
    }
    blocks.add(new Heading(3, "Test loss"));
    blocks.add(bySeed());
    blocks.add(new Figure(List.of(intervals(), differences())));
    blocks.add(new Heading(3, "Test loss by silo"));
    blocks.add(
        new Paragraph(
            "Means over the seeds, each on the rows of one silo. Alone is the run of that silo; others alone is the mean of the runs of the other silos on its rows."));
    blocks.add(bySilo());
    blocks.add(new Heading(3, "Validation loss by round"));
    blocks.add(
        new Paragraph(
            "Lines are means over the seeds, bands their range. The first chart has all silos: global and federated over all validation rows, alone the mean over silos of each on its own. The others have one silo each."));
    blocks.add(new Figure(curves()));
  }

  private Grid bySeed() {
    List<String> header = new ArrayList<>(List.of("arm", "test loss (95 % interval)"));
    comparison.seeds().forEach(seed -> header.add("seed " + seed));
    List<List<String>> rows = new ArrayList<>();
    for (Arm arm : Arm.values()) {
      comparison.losses(arm).ifPresent(got -> rows.add(row(arm.label(), got)));
    }
    comparison.ownLosses().ifPresent(got -> rows.add(row("local, own rows", got)));
    return new Grid(header, rows);
  }

  private List<String> row(String name, Observed got) {
    var estimate = estimate(name, got);
    List<String> row = new ArrayList<>(List.of(name, Figures.interval(estimate)));
    estimate.bySeed().forEach(mean -> row.add(Figures.loss(mean)));
    return row;
  }

  private Chart intervals() {
    List<IntervalChart.Line> lines = new ArrayList<>();
    for (Arm arm : Arm.values()) {
      comparison
          .losses(arm)
          .map(got -> estimate(arm.label(), got))
          .ifPresent(e -> lines.add(line(arm.label(), arm, e)));
    }
    comparison
        .ownLosses()
        .map(got -> estimate("local, own rows", got))
        .ifPresent(e -> lines.add(line("local, own rows", Arm.LOCAL, e)));
    return chart(
        "loss",
        "Test loss by arm with 95 % intervals",
        new IntervalChart("Test loss by arm", "nats a token", OptionalDouble.empty(), lines)
            .draw(WIDE));
  }

  private Chart differences() {
    List<IntervalChart.Line> lines = new ArrayList<>();
    for (var claim : comparison.claims(bootstrap)) {
      var e = claim.advantage();
      var own = claim.measure().name().startsWith("own") ? ", own rows" : "";
      lines.add(
          new IntervalChart.Line(
              claim.text() + own, ArmLook.of(Arm.FEDERATED), e.value(), e.low(), e.high()));
    }
    return chart(
        "advantage",
        "Advantage in test loss with 95 % intervals; right of 0 the claim holds",
        new IntervalChart(
                "Advantage (right of 0: the claim holds)",
                "nats a token",
                OptionalDouble.of(0),
                lines)
            .draw(WIDE));
  }

  private static IntervalChart.Line line(String name, Arm arm, Estimate e) {
    return new IntervalChart.Line(name, ArmLook.of(arm), e.value(), e.low(), e.high());
  }

  private Grid bySilo() {
    List<List<String>> rows = new ArrayList<>();
    for (String silo : comparison.silos()) {
      rows.add(
          List.of(
              silo,
              mean(comparison.losses(Arm.BASE, silo)),
              mean(comparison.losses(Arm.GLOBAL, silo)),
              mean(comparison.losses(Arm.FEDERATED, silo)),
              mean(comparison.losses(Arm.LOCAL, silo)),
              others(silo)));
    }
    return new Grid(List.of("silo", "base", "global", "federated", "alone", "others alone"), rows);
  }

  private static String mean(Optional<Observed> observed) {
    return observed.map(got -> Figures.loss(average(got.bySeed()))).orElse(Figures.NONE);
  }

  private String others(String silo) {
    List<Double> means = new ArrayList<>();
    for (long seed : comparison.seeds()) {
      for (CellResult result : comparison.done(Arm.LOCAL, seed)) {
        if (!result.cell().silo().equals(silo)) {
          result.testLoss(silo).ifPresent(means::add);
        }
      }
    }
    return means.isEmpty() ? Figures.NONE : Figures.loss(average(means));
  }

  private List<Chart> curves() {
    List<Chart> charts = new ArrayList<>();
    List<Series> all = new ArrayList<>();
    add(all, "global", Arm.GLOBAL, CurvePoint.ALL, result -> true);
    add(all, "federated", Arm.FEDERATED, CurvePoint.ALL, result -> true);
    add(all, "alone", Arm.LOCAL, CurvePoint.ALL, result -> true);
    if (!all.isEmpty()) {
      charts.add(curve("rounds", "all silos", all));
    }
    int number = 0;
    for (String silo : comparison.silos()) {
      number++;
      List<Series> series = new ArrayList<>();
      add(series, "federated", Arm.FEDERATED, silo, result -> true);
      add(series, "alone", Arm.LOCAL, silo, result -> result.cell().silo().equals(silo));
      if (!series.isEmpty()) {
        charts.add(curve("rounds-%02d".formatted(number), silo, series));
      }
    }
    if (charts.isEmpty()) {
      throw new IllegalStateException("No curve of " + comparison.dataset());
    }
    return charts;
  }

  private void add(
      List<Series> series, String name, Arm arm, String silo, Predicate<CellResult> of) {
    SortedMap<Integer, List<Double>> byRound = new TreeMap<>();
    for (long seed : comparison.seeds()) {
      SortedMap<Integer, List<Double>> ofSeed = new TreeMap<>();
      comparison.done(arm, seed).stream()
          .filter(of)
          .flatMap(result -> result.curve().stream())
          .filter(point -> point.silo().equals(silo) && point.loss().isPresent())
          .forEach(
              point ->
                  ofSeed
                      .computeIfAbsent(point.round(), round -> new ArrayList<>())
                      .add(point.loss().getAsDouble()));
      ofSeed.forEach(
          (round, losses) ->
              byRound.computeIfAbsent(round, r -> new ArrayList<>()).add(average(losses)));
    }
    List<Series.Point> points = new ArrayList<>();
    byRound.forEach(
        (round, means) ->
            points.add(
                new Series.Point(
                    round,
                    average(means),
                    means.stream().mapToDouble(m -> m).min().orElseThrow(),
                    means.stream().mapToDouble(m -> m).max().orElseThrow())));
    if (!points.isEmpty()) {
      series.add(new Series(name, ArmLook.of(arm), points));
    }
  }

  private Chart curve(String name, String title, List<Series> series) {
    return chart(
        name,
        "Validation loss by round, %s".formatted(title),
        new LineChart(title, "round", "nats a token", series).draw(NARROW, 250));
  }

  private Chart chart(String name, String words, Svg drawing) {
    return new Chart(
        "%s-%s-%s".formatted(comparison.dataset(), comparison.adapter(), name),
        "%s: %s, %s".formatted(words, comparison.dataset(), comparison.adapter()),
        drawing);
  }

  private Estimate estimate(String label, Observed observed) {
    return bootstrap.of(
        "%s %s %s".formatted(comparison.dataset(), comparison.adapter(), label), observed);
  }

  private static double average(List<Double> values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.size();
  }
}
