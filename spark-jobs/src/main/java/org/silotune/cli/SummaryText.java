package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.job.RunReport;
import org.silotune.fed.job.RunSummary;

/** A run's result as commands say it: tables for people, one object for programs. */
final class SummaryText {

  private final RunSummary summary;
  private final RunReport report;

  SummaryText(RunSummary summary, RunReport report) {
    this.summary = summary;
    this.report = report;
  }

  String text() {
    var text = new StringJoiner("\n\n");
    text.add("Held-out loss (test split; after = best round)\n" + report.losses());
    report.notes().forEach(text::add);
    if (!report.exactMatches().isEmpty()) {
      text.add("Exact match (test split)\n" + report.exactMatches());
    }
    if (!report.sampleText().isEmpty()) {
      text.add("Samples\n" + report.sampleText());
    }
    var places = new TextLines();
    report.places().forEach(places::add);
    text.add("Where everything is\n" + places);
    return text.toString();
  }

  ObjectNode json() {
    var result = summary.result();
    var before = summary.centralBefore();
    var after = summary.centralAfter();
    var json = Subcommand.JSON.createObjectNode();
    json.put("model", summary.model())
        .put("silos", summary.siloCount())
        .put("silos_compared", summary.comparedSilos())
        .put("rounds", result.rounds())
        .put("best_round", result.bestRound())
        .put("stopped_early", result.stoppedEarly())
        .put("reproducible", result.reproducible())
        .put("loss_before", finite(before.loss()))
        .put("loss_after", finite(after.loss()))
        .put("perplexity_before", finite(before.perplexity()))
        .put("perplexity_after", finite(after.perplexity()))
        .put("exact_match_before", or(RunSummary.exactMatch(summary.answersBefore())))
        .put("exact_match_after", or(RunSummary.exactMatch(summary.answersAfter())))
        .put("adapter", summary.place("best"))
        .put("final_adapter", summary.place("final"))
        .put("adapter_sha256", result.adapterSha256())
        .put("report", summary.place("report.md"))
        .put("run", summary.place("").replaceFirst("/$", ""))
        .put("run_id", summary.runId());
    return json;
  }

  private static @Nullable Double or(Optional<Double> value) {
    return value.orElse(null);
  }

  /** A loss over no rows is null, and so is one that JSON cannot write. */
  static @Nullable Double finite(OptionalDouble value) {
    return Double.isFinite(value.orElse(Double.NaN)) ? (Double) value.getAsDouble() : null;
  }
}
