package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.report.Block.Bullets;
import org.silotune.suite.report.Block.Code;
import org.silotune.suite.report.Block.Grid;
import org.silotune.suite.report.Block.Heading;
import org.silotune.suite.report.Block.Paragraph;
import org.silotune.suite.stats.Claim;
import org.silotune.suite.stats.SeedBootstrap;

/** The report of a suite as files: one HTML page, the same as Markdown, and the charts. */
public final class SuiteReport {

  /** The HTML page. */
  public static final String HTML = "report.html";

  /** The Markdown page. */
  public static final String MARKDOWN = "report.md";

  private final SuiteResults results;
  private final SeedBootstrap bootstrap;

  /** A report of what there is; cells that are missing are named in it. */
  public SuiteReport(SuiteResults results, SeedBootstrap bootstrap) {
    this.results = results;
    this.bootstrap = bootstrap;
  }

  /** Returns the text of every file, by its path below the report's folder. */
  public Map<String, String> files() {
    var document = document();
    Map<String, String> files = new LinkedHashMap<>();
    files.put(HTML, HtmlPage.of(document));
    files.put(MARKDOWN, MarkdownPage.of(document));
    for (var chart : document.charts()) {
      files.put(
          "%s/%s.svg".formatted(MarkdownPage.CHARTS, chart.name()), chart.drawing().document());
    }
    return files;
  }

  private Document document() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Paragraph(
            "%s on %s, scale %s: who learns from everybody's rows in one place (global), from everybody's in rounds that share adapters only (federated), and from its own alone (local), beside the model as it is (base)."
                .formatted(results.suite(), results.model(), results.scale())));
    missing(blocks);
    findings(blocks);
    for (var comparison : results.comparisons()) {
      new LossSection(comparison, bootstrap).addTo(blocks);
      new ScoreSection(comparison, bootstrap).addTo(blocks);
    }
    new CostSection(results).addTo(blocks);
    method(blocks);
    return new Document(
        "Benchmark suite %s, %s".formatted(results.suite(), results.scale()), blocks);
  }

  private void missing(List<Block> blocks) {
    var missing = results.missing();
    if (missing.isEmpty()) {
      return;
    }
    blocks.add(new Heading(2, "Cells without numbers"));
    blocks.add(
        new Paragraph(
            "%d of %d cells have none. Seeds with such a cell are left out of the comparisons below. The same command runs these cells again."
                .formatted(missing.size(), results.cells().size())));
    blocks.add(new Grid(List.of("cell", "why"), missing.stream().map(this::account).toList()));
  }

  private List<String> account(Cell cell) {
    return List.of(cell.title(), results.of(cell).map(r -> r.reason()).orElse("not run yet"));
  }

  private void findings(List<Block> blocks) {
    blocks.add(new Heading(2, "Does global > federated > local hold?"));
    for (var comparison : results.comparisons()) {
      var claims = comparison.claims(bootstrap);
      if (claims.isEmpty()) {
        blocks.add(
            new Paragraph(
                "%s, %s: cannot be told, for no seed has all its cells."
                    .formatted(comparison.dataset(), comparison.adapter())));
        continue;
      }
      blocks.add(new Paragraph(comparison.headline(bootstrap) + "."));
      blocks.add(new Bullets(claims.stream().map(Claim::sentence).toList()));
      Optional.ofNullable(results.notes().get(comparison.dataset()))
          .ifPresent(note -> blocks.add(new Paragraph("Note: " + note)));
    }
  }

  private void method(List<Block> blocks) {
    blocks.add(new Heading(2, "How it was made"));
    blocks.add(
        new Bullets(
            List.of(
                "Every arm sees the same rows: those of a silo are a sample of its training rows by the seed; global has those of all silos in one; local is one run a silo. Rounds are alike for all; where a round is passes over the rows, global takes as many steps as all silos together.",
                "The test rows are the same for every arm and seed, and never trained on. Losses are means over the answers' tokens, in nats. What silos alone got on everybody's rows is the mean over these runs.",
                "The adapter of the round with the least validation loss is scored.",
                "Intervals are 95 %% of %s resamples of seeds and of test rows, drawn crosswise, the same draw for both arms of a difference. With few seeds such an interval is too short; so a claim holds only if every seed by itself agrees, and nothing is told by one seed."
                    .formatted(Figures.count(bootstrap.resamples())),
                "Comparisons are not corrected for their number.")));
    if (!results.facts().isEmpty()) {
      blocks.add(
          new Grid(
              List.of("setting", "value"),
              results.facts().stream().map(fact -> List.of(fact.name(), fact.value())).toList()));
    }
    blocks.add(new Code(results.command()));
  }

  /** Returns what the suite found in a line a data set and adapter, for a terminal. */
  public String findings() {
    return results.comparisons().stream()
        .map(comparison -> comparison.headline(bootstrap))
        .collect(Collectors.joining("\n"));
  }
}
