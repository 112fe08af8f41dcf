package org.silotune.suite.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.silotune.fed.metrics.ExampleLoss;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellAnswer;
import org.silotune.suite.cell.CellCosts;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CellRound;
import org.silotune.suite.cell.CurvePoint;
import org.silotune.suite.stats.SeedBootstrap;
import org.silotune.suite.stats.Verdict;

/** The report of made-up results, of which it is known what is to be found. */
final class SuiteReportTest {

  private static final SeedBootstrap BOOTSTRAP = SeedBootstrap.ofSeed(0);
  private static final List<String> SILOS = List.of("<script>", "b|*c*");

  @Test
  void everyArmIsComparedOnAllRowsAndAloneOnItsOwn() {
    var comparison = results(2).comparisons().get(0);
    assertThat(comparison.seeds()).containsExactly(1L, 2L);
    assertThat(comparison.losses(Arm.GLOBAL).orElseThrow().bySeed()).containsExactly(1.0, 1.25);
    // alone: 2 on its own rows, 4 on the other's, of which there are as many
    assertThat(comparison.losses(Arm.LOCAL).orElseThrow().bySeed()).containsExactly(3.0, 3.25);
    assertThat(comparison.ownLosses().orElseThrow().bySeed()).containsExactly(2.0, 2.25);
    assertThat(comparison.losses(Arm.LOCAL, SILOS.get(1)).orElseThrow().bySeed())
        .containsExactly(2.0, 2.25);
    assertThat(comparison.losses(Arm.BASE).orElseThrow().bySeed()).containsExactly(5.0, 5.0);
    assertThat(comparison.order(BOOTSTRAP)).isEqualTo(Verdict.HOLDS);
    assertThat(comparison.allClaims(BOOTSTRAP))
        .extracting(claim -> "%s by %s".formatted(claim.text(), claim.measure().name()))
        .containsExactly(
            "global > federated by test-loss",
            "federated > local by test-loss",
            "federated > local by own-test-loss",
            "global > federated by quiz acc",
            "federated > local by quiz acc");
  }

  @Test
  void aSeedWithoutOneOfItsCellsIsNotCompared() {
    var all = results(2);
    List<CellResult> fewer = new ArrayList<>(all.results());
    var last = fewer.remove(fewer.size() - 1).cell();
    fewer.add(CellResult.failed(last, "no room"));
    var results =
        new SuiteResults(
            "s",
            "tiny",
            "m",
            all.cells(),
            fewer,
            new TreeMap<>(),
            List.of(),
            "silotune benchmark s");
    assertThat(results.missing()).containsExactly(last);
    assertThat(results.comparisons().get(0).seeds()).containsExactly(1L);
    assertThat(results.comparisons().get(0).order(BOOTSTRAP)).isEqualTo(Verdict.OPEN);
    var report = new SuiteReport(results, BOOTSTRAP);
    assertThat(report.files().get(SuiteReport.MARKDOWN))
        .contains(
            "1 of 9 cells have none",
            "no room",
            "d, lora, 1 seed: on everybody's rows global > federated > local cannot be told; on each silo's own rows federated > local cannot be told, with 1 of 1 seeds on its side.");
    assertThat(report.findings())
        .startsWith(
            "d, lora, 1 seed: on everybody's rows global > federated > local cannot be told");
  }

  /** Silos alone may be the better for their own rows, and the worse for everybody's. */
  @Test
  void theHeadlineSaysWhatOfOwnRowsSpeaksAgainstIt() {
    for (var own :
        Map.of(1.25, "does not hold, with 0 of 2", 1.5, "cannot be told, with 0 of 2").entrySet()) {
      var results = results(2, own.getKey());
      assertThat(results.comparisons().get(0).order(BOOTSTRAP)).isEqualTo(Verdict.HOLDS);
      assertThat(new SuiteReport(results, BOOTSTRAP).findings())
          .isEqualTo(
              "d, lora, 2 seeds: on everybody's rows global > federated > local holds; on each silo's own rows federated > local %s seeds on its side"
                  .formatted(own.getValue()));
    }
  }

  @Test
  void withoutAnyResultItSaysSo() {
    var none =
        new SuiteResults(
            "s", "tiny", "m", results(1).cells(), List.of(), new TreeMap<>(), List.of(), "command");
    assertThat(new SuiteReport(none, BOOTSTRAP).files().get(SuiteReport.MARKDOWN))
        .contains("5 of 5 cells have none", "not run yet", "for no seed has all its cells");
  }

  @Test
  void thePageOpensWithoutANetworkAndRunsNothing() {
    var html = new SuiteReport(results(2), BOOTSTRAP).files().get(SuiteReport.HTML);
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .contains("<svg role=\"img\"", "prefers-color-scheme:dark", "&lt;script&gt;")
        .doesNotContain("<script", "http:", "https:", "<link", "@import", "url(", " src=", "<img");
    assertThat(
            Pattern.compile("<(table|ul|div|svg|tr|td|th|p|h2)\\b").matcher(html).results().count())
        .isEqualTo(
            Pattern.compile("</(table|ul|div|svg|tr|td|th|p|h2)>").matcher(html).results().count());
  }

  @Test
  void bothPagesSayTheSame() {
    var files = new SuiteReport(results(2), BOOTSTRAP).files();
    var html = files.get(SuiteReport.HTML);
    var markdown = files.get(SuiteReport.MARKDOWN);
    for (var said :
        List.of(
            "d, lora, 2 seeds: on everybody's rows global ",
            " local holds, with 2 of 2 seeds on its side.",
            "Note: rows are made up",
            "with each of 2 seeds",
            "Validation loss by round",
            "Scores on tasks",
            "2.0 kB",
            "silotune benchmark s")) {
      assertThat(html).contains(said);
      assertThat(markdown).contains(said);
    }
    assertThat(markdown).contains("| b\\|\\*c\\* |", "\\<script>");
    files.keySet().stream()
        .filter(file -> file.endsWith(".svg"))
        .forEach(chart -> assertThat(markdown).contains("](" + chart + ")"));
    assertThat(files.keySet())
        .contains(
            "charts/d-lora-loss.svg",
            "charts/d-lora-advantage.svg",
            "charts/d-lora-rounds.svg",
            "charts/d-lora-rounds-02.svg",
            "charts/time.svg",
            "charts/bytes.svg");
  }

  @Test
  void equalResultsGiveEqualFiles() {
    assertThat(new SuiteReport(results(2), BOOTSTRAP).files())
        .isEqualTo(new SuiteReport(results(2), BOOTSTRAP).files());
  }

  private static SuiteResults results(int seeds) {
    return results(seeds, 2);
  }

  /** Results in which a silo alone has that loss on its own rows. */
  private static SuiteResults results(int seeds, double ownLoss) {
    List<CellResult> results = new ArrayList<>();
    results.add(result(Cell.base("d"), 5, 5, 0));
    for (long seed = 1; seed <= seeds; seed++) {
      double shift = 0.25 * (seed - 1);
      results.add(result(Cell.of("d", "lora", seed, Arm.GLOBAL), 1 + shift, 1 + shift, 3));
      results.add(result(Cell.of("d", "lora", seed, Arm.FEDERATED), 1.5 + shift, 1.5 + shift, 2));
      for (int i = 0; i < SILOS.size(); i++) {
        double own = ownLoss + shift;
        double other = 4 + shift;
        results.add(
            result(
                Cell.local("d", "lora", seed, SILOS.get(i), i + 1),
                i == 0 ? own : other,
                i == 0 ? other : own,
                1));
      }
    }
    return new SuiteResults(
        "s",
        "tiny",
        "m",
        results.stream().map(CellResult::cell).toList(),
        results,
        new TreeMap<>(Map.of("d", "rows are made up")),
        List.of(new SuiteResults.Fact("machine", "two cores")),
        "silotune benchmark s");
  }

  /** Two rows of ten tokens a silo; so many of three questions are right. */
  private static CellResult result(Cell cell, double first, double second, int right) {
    List<ExampleLoss> losses = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      losses.add(new ExampleLoss(SILOS.get(0), "row" + row, 10, 10 * first));
    }
    for (int row = 0; row < 2; row++) {
      losses.add(new ExampleLoss(SILOS.get(1), "row" + row, 10, 10 * second));
    }
    List<CellAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(new CellAnswer("quiz", "acc", "q" + i, i < right ? 1 : 0, 1));
    }
    boolean base = cell.arm() == Arm.BASE;
    return new CellResult(
        cell,
        CellResult.Status.DONE,
        "",
        1,
        "",
        true,
        new CellCosts(4, 8, 100, cell.arm() == Arm.FEDERATED ? 2000 : 0, 1000, 2, 3, 1 << 30),
        base ? List.of() : List.of(new CellRound(1, 2, 8, 100, 1.5, 2)),
        base ? List.of() : curve(cell),
        losses,
        List.of("quiz 3 hash"),
        List.of(),
        answers);
  }

  private static List<CurvePoint> curve(Cell cell) {
    List<CurvePoint> points = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      points.add(new CurvePoint(round, CurvePoint.ALL, 2, OptionalDouble.of(5 - round)));
      for (var silo : cell.arm() == Arm.LOCAL ? List.of(cell.silo()) : SILOS) {
        points.add(new CurvePoint(round, silo, 1, OptionalDouble.of(5 - round)));
      }
    }
    return points;
  }
}
