package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.PredictionRow;

/**
 * What a person reads of a run: tables of losses and exact match before and after, samples side by
 * side, and where everything is. Figures are of the test split, after is the best round.
 */
public final class RunReport {

  private static final int SAMPLE_CHARACTERS = 400;

  private final RunSummary summary;
  private final int samples;

  /**
   * A report.
   *
   * @param samples answers that are shown side by side
   */
  public RunReport(RunSummary summary, int samples) {
    this.summary = summary;
    this.samples = samples;
  }

  /**
   * Returns the losses before and after, a silo a row, and all of them together that were scored
   * both times.
   */
  public TextTable losses() {
    var table =
        new TextTable("silo", "test rows", "loss before", "after", "perplexity before", "after ");
    for (int i = 0; i < summary.before().size(); i++) {
      var before = summary.before().get(i);
      if (!before.central()) {
        row(table, before.silo(), before, summary.after().get(i));
      }
    }
    row(table, together(), summary.centralBefore(), summary.centralAfter());
    return table;
  }

  private String together() {
    int compared = summary.comparedSilos();
    return compared == summary.siloCount()
        ? "all silos"
        : "%d of %d silos".formatted(compared, summary.siloCount());
  }

  private static void row(TextTable table, String name, EvaluationRow before, EvaluationRow after) {
    table.row(
        name,
        Long.toString(Math.max(before.examples(), after.examples())),
        number(before, before.loss()),
        number(after, after.loss()),
        number(before, before.perplexity()),
        number(after, after.perplexity()));
  }

  private static String number(EvaluationRow row, OptionalDouble value) {
    return row.complete() || row.central() ? number(value) : row.status();
  }

  /** Returns sentences on held-out rows that are missing. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    HeldOutNote.of(summary.before()).ifPresent(notes::add);
    if (summary.validation().stream().mapToLong(EvaluationRow::examples).sum() == 0) {
      notes.add(
          "There are no held-out rows of the validation split in any silo: the best round is the last one");
    }
    return notes;
  }

  /** Returns right answers before and after; without rows where nothing can be checked. */
  public TextTable exactMatches() {
    var table = new TextTable("silo", "checked rows", "exact match before", "after");
    bySilo(summary.answersAfter())
        .forEach(
            (silo, after) -> {
              var before = bySilo(summary.answersBefore()).getOrDefault(silo, List.of());
              table.row(silo, Integer.toString(after.size()), percent(before), percent(after));
            });
    return table;
  }

  /** Returns the central validation loss round by round. */
  public TextTable validation() {
    var table = new TextTable("round", "validation loss", "");
    for (var row : summary.validation()) {
      boolean best = row.round() == summary.result().bestRound();
      var notes = Stream.of(best ? "best" : "", row.reason());
      table.row(
          Integer.toString(row.round()),
          number(row.loss()),
          notes.filter(note -> !note.isEmpty()).collect(Collectors.joining(", ")));
    }
    return table;
  }

  /** Returns the samples as they are shown on a terminal. */
  public String sampleText() {
    var text = new StringBuilder();
    for (var sample : sampled()) {
      text.append("[%s] %s%n".formatted(sample.silo(), indent(sample.prompt(), "    ")));
      text.append("  before:    %s%n".formatted(indent(sample.before(), "             ")));
      text.append("  after:     %s%n".formatted(indent(sample.after(), "             ")));
      text.append("  reference: %s%n%n".formatted(indent(sample.reference(), "             ")));
    }
    return text.toString().stripTrailing();
  }

  /** Returns the whole report as markdown. */
  public String toMarkdown() {
    var result = summary.result();
    var text = new StringBuilder();
    text.append("# Run %s%n%n".formatted(summary.runId()));
    text.append(
        "%s, fine-tuned over %d silos: %d rounds, best round %d on validation%s.%n"
            .formatted(
                summary.model(),
                summary.siloCount(),
                result.rounds(),
                result.bestRound(),
                result.stoppedEarly() ? " (stopped early)" : ""));
    text.append(
        "Losses are means over the trained tokens of the test split, in nats; *after* is the best round.%n%n"
            .formatted());
    text.append("## Held-out loss%n%n%s%n%n".formatted(losses().toMarkdown()));
    notes().forEach(note -> text.append("%s.%n%n".formatted(note)));
    var matches = exactMatches();
    if (!matches.isEmpty()) {
      text.append("## Exact match%n%n%s%n%n".formatted(matches.toMarkdown()));
    }
    text.append("## Validation%n%n%s%n%n".formatted(validation().toMarkdown()));
    if (!sampled().isEmpty()) {
      text.append("## Samples%n%n%s%n%n".formatted(sampleTable().toMarkdown()));
    }
    if (!summary.warnings().isEmpty()) {
      text.append("## Warnings%n%n".formatted());
      summary.warnings().forEach(warning -> text.append("- %s%n".formatted(warning)));
      text.append("%n".formatted());
    }
    text.append("## Files%n%n".formatted());
    places().forEach((what, place) -> text.append("- %s: `%s`%n".formatted(what, place)));
    return text.toString();
  }

  /** Returns what lies where. */
  public Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("adapter (best round)", summary.place("best"));
    places.put("adapter (last round)", summary.place("final"));
    places.put("tables", summary.place("tables"));
    places.put("report", summary.place("report.md"));
    return places;
  }

  private record Sample(
      String silo, String prompt, String before, String after, String reference) {}

  /** One silo after the other, so that each is shown. */
  private List<Sample> sampled() {
    var before = byId(summary.answersBefore());
    List<List<PredictionRow>> bySilo =
        new ArrayList<>(
            summary.answersAfter().stream()
                .filter(after -> before.containsKey(key(after)))
                .collect(
                    Collectors.groupingBy(PredictionRow::silo, TreeMap::new, Collectors.toList()))
                .values());
    List<Sample> sampled = new ArrayList<>();
    for (int place = 0; sampled.size() < samples; place++) {
      int at = place;
      var row = bySilo.stream().filter(rows -> rows.size() > at).map(rows -> rows.get(at)).toList();
      if (row.isEmpty()) {
        break;
      }
      row.stream()
          .limit(samples - sampled.size())
          .map(after -> sample(before.get(key(after)), after))
          .forEach(sampled::add);
    }
    return sampled;
  }

  private static Sample sample(PredictionRow before, PredictionRow after) {
    return new Sample(
        after.silo(), after.prompt(), before.prediction(), after.prediction(), after.expected());
  }

  private TextTable sampleTable() {
    var table = new TextTable("silo", "prompt", "before", "after", "reference");
    for (var sample : sampled()) {
      table.row(
          sample.silo(),
          shortened(sample.prompt()),
          shortened(sample.before()),
          shortened(sample.after()),
          shortened(sample.reference()));
    }
    return table;
  }

  private static Map<String, PredictionRow> byId(List<PredictionRow> answers) {
    Map<String, PredictionRow> byId = new LinkedHashMap<>();
    answers.forEach(answer -> byId.put(key(answer), answer));
    return byId;
  }

  private static String key(PredictionRow answer) {
    return answer.silo() + "/" + answer.exampleId();
  }

  private static Map<String, List<PredictionRow>> bySilo(List<PredictionRow> answers) {
    Map<String, List<PredictionRow>> bySilo = new LinkedHashMap<>();
    for (var answer : answers) {
      if (answer.checkable()) {
        bySilo.computeIfAbsent(answer.silo(), silo -> new ArrayList<>()).add(answer);
      }
    }
    return bySilo;
  }

  private static String percent(List<PredictionRow> answers) {
    return RunSummary.exactMatch(answers)
        .map(fraction -> String.format(Locale.ROOT, "%.1f %%", 100 * fraction))
        .orElse("-");
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "no rows";
  }

  private static String shortened(String text) {
    return text.length() <= SAMPLE_CHARACTERS
        ? text
        : text.substring(0, SAMPLE_CHARACTERS) + " ...";
  }

  private static String indent(String text, String by) {
    return shortened(text).replace("\n", "\n" + by);
  }
}
