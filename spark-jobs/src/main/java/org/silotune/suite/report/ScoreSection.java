package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.silotune.eval.score.Pooling;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.report.Block.Grid;
import org.silotune.suite.report.Block.Heading;
import org.silotune.suite.report.Block.Paragraph;
import org.silotune.suite.report.Comparison.TaskMetric;
import org.silotune.suite.stats.Claim;
import org.silotune.suite.stats.Estimate;
import org.silotune.suite.stats.SeedBootstrap;

/** The scores on tasks of one data set and adapter, with what they say of the order of the arms. */
final class ScoreSection {

  private final Comparison comparison;
  private final SeedBootstrap bootstrap;

  ScoreSection(Comparison comparison, SeedBootstrap bootstrap) {
    this.comparison = comparison;
    this.bootstrap = bootstrap;
  }

  void addTo(List<Block> blocks) {
    var metrics = comparison.metrics();
    if (metrics.isEmpty() || comparison.seeds().isEmpty()) {
      return;
    }
    blocks.add(new Heading(3, "Scores on tasks"));
    blocks.add(
        new Paragraph(
            "Means over the seeds with 95 % intervals; local is the mean over the silos alone. Of perplexities and bits less is better, of everything else more. A claim is about the differences, question by question."));
    List<List<String>> rows = new ArrayList<>();
    for (TaskMetric metric : metrics) {
      rows.add(row(metric));
    }
    blocks.add(
        new Grid(
            List.of(
                "task",
                "metric",
                "questions",
                "base",
                "global",
                "federated",
                "local",
                "global > federated",
                "federated > local"),
            rows));
  }

  private List<String> row(TaskMetric metric) {
    List<String> row = new ArrayList<>(List.of(metric.task(), metric.metric()));
    row.add(
        comparison
            .answers(Arm.BASE, metric)
            .map(got -> Integer.toString(got.examples()))
            .orElse(Figures.NONE));
    for (Arm arm : Arm.values()) {
      row.add(shown(metric, arm));
    }
    var claims = comparison.claims(bootstrap, metric);
    for (String claim : List.of("global > federated", "federated > local")) {
      row.add(
          claims.stream()
              .filter(each -> each.text().equals(claim))
              .findFirst()
              .map(ScoreSection::verdict)
              .orElse(Figures.NONE));
    }
    return row;
  }

  private static String verdict(Claim claim) {
    return "%s (%s)".formatted(claim.verdict().words(), Figures.signed(claim.advantage().value()));
  }

  private String shown(TaskMetric metric, Arm arm) {
    Optional<Estimate> estimate =
        comparison
            .answers(arm, metric)
            .map(
                got ->
                    bootstrap.of(
                        "%s %s %s %s"
                            .formatted(
                                comparison.dataset(),
                                comparison.adapter(),
                                metric.measure().name(),
                                arm.label()),
                        got));
    return estimate
        .map(
            e ->
                String.format(
                    Locale.ROOT,
                    "%.3f (%.3f to %.3f)",
                    pooled(metric, e.value()),
                    pooled(metric, e.low()),
                    pooled(metric, e.high())))
        .orElse(Figures.NONE);
  }

  /** A mean loss as the metric has it: it only rises with the loss, so an interval stays one. */
  private static double pooled(TaskMetric metric, double mean) {
    return switch (Pooling.ofMetric(metric.metric())) {
      case MEAN -> mean;
      case EXPONENTIAL -> StrictMath.exp(mean);
      case BITS -> mean / StrictMath.log(2);
    };
  }
}
