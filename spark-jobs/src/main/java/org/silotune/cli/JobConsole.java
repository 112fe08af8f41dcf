package org.silotune.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.StepProgress;
import org.silotune.fed.job.HeldOutNote;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SiloRoundRow;
import org.silotune.fed.run.RoundRecord;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.prep.job.PreparationProgress;

/**
 * Shows a job on stderr: a line a silo and round that moves on a terminal, and every few seconds
 * elsewhere.
 */
final class JobConsole implements JobListener {

  private static final long QUIET_NANOS = Duration.ofSeconds(5).toNanos();

  private final Console console;
  private final SortedMap<String, StepProgress> running = new TreeMap<>();
  private final SortedMap<String, RowProgress> answering = new TreeMap<>();
  private final Map<String, Long> shown = new HashMap<>();
  private int rounds;

  JobConsole(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void stage(String text) {
    answering.clear();
    console.err(text);
  }

  @Override
  public FetchProgress fetching() {
    return new ConsoleFetchProgress(console);
  }

  @Override
  public SourceProgress converting() {
    var bytes = new ConsoleFetchProgress(console);
    return (step, done, total) -> {
      switch (step) {
        case HASHING -> bytes.bytes("reading weights", done, total);
        case CONVERTING -> bytes.bytes("converting weights, once", done, total);
        case WAITING -> bytes.bytes("waiting for another process that converts", 0, 0);
      }
    };
  }

  @Override
  public PreparationProgress preparing() {
    return new ConsolePreparationProgress(console);
  }

  @Override
  public synchronized void resumed(int round, int ofRounds) {
    console.err(
        round == 0
            ? "Going on before round 1 of %d: no round was committed".formatted(ofRounds)
            : "Going on after round %d of %d".formatted(round, ofRounds));
  }

  @Override
  public synchronized void began(int round, int ofRounds, List<String> silos) {
    rounds = ofRounds;
    running.clear();
    shown.clear();
    console.err(
        "Round %d of %d: %d silos (%s)"
            .formatted(round, ofRounds, silos.size(), String.join(", ", silos)));
  }

  @Override
  public synchronized void progressed(StepProgress progress) {
    running.put(progress.silo(), progress);
    if (progress.step() == progress.steps()) {
      running.remove(progress.silo());
      console.err(line(progress));
    } else if (console.isTerminal()) {
      console.progress(
          running.values().stream()
              .map(JobConsole::brief)
              .collect(Collectors.joining(" | ", "  ", "")));
    } else if (System.nanoTime() - shown.getOrDefault(progress.silo(), 0L) > QUIET_NANOS) {
      shown.put(progress.silo(), System.nanoTime());
      console.err(line(progress));
    }
  }

  @Override
  public synchronized void answered(RowProgress progress) {
    answering.put(progress.silo(), progress);
    if (console.isTerminal()) {
      console.progress(
          answering.values().stream()
              .map(JobConsole::brief)
              .collect(Collectors.joining(" | ", "  answers  ", "")));
    } else if (System.nanoTime() - shown.getOrDefault(progress.silo(), 0L) > QUIET_NANOS) {
      shown.put(progress.silo(), System.nanoTime());
      console.err("  answers  " + brief(progress));
    }
  }

  @Override
  public synchronized void committed(RoundRecord record) {
    for (var silo : record.silos()) {
      if (!silo.reason().isEmpty()) {
        console.err("  %s: %s, %s".formatted(silo.silo(), silo.status(), silo.reason()));
      }
    }
    var round = record.round();
    console.err(
        String.format(
            Locale.ROOT,
            "  round %d of %d done in %.1f s: %d of %d silos, %d tokens, train loss %.3f",
            round.round(),
            rounds,
            round.seconds(),
            round.participants(),
            round.cohort(),
            record.silos().stream().mapToLong(SiloRoundRow::tokensSeen).sum(),
            round.trainLoss()));
  }

  @Override
  public void scored(int round, HeldOutSplit split, List<EvaluationRow> rows) {
    rows.stream()
        .filter(row -> !row.central() && !row.complete())
        .forEach(
            row ->
                console.err(
                    "  %s: not scored: %s, %s".formatted(row.silo(), row.status(), row.reason())));
    rows.stream().filter(EvaluationRow::central).forEach(row -> console.err(central(row)));
    if (round == 0) {
      HeldOutNote.of(rows).ifPresent(note -> console.err("  " + note));
    }
  }

  private static String central(EvaluationRow row) {
    var what =
        "  %s loss %s"
            .formatted(
                row.split(), row.round() == 0 ? "before training" : "after round " + row.round());
    return row.loss().isEmpty()
        ? what + ": no held-out rows"
        : String.format(
            Locale.ROOT,
            "%s: %.3f (perplexity %.2f, %d rows%s)",
            what,
            row.loss().getAsDouble(),
            row.perplexity().getAsDouble(),
            row.examples(),
            row.complete() ? "" : ", " + row.reason());
  }

  @Override
  public void repeated(String pass, String why) {
    console.err("  %s is repeated %s".formatted(pass, why));
  }

  @Override
  public void warned(String message) {
    console.err("Warning: " + message);
  }

  private String line(StepProgress progress) {
    return String.format(
        Locale.ROOT,
        "  round %d/%d  %-14s step %d/%d  loss %.3f  %.0f tokens/s  %s left",
        progress.round(),
        rounds,
        progress.silo(),
        progress.step(),
        progress.steps(),
        progress.loss(),
        progress.tokensPerSecond(),
        seconds(progress.timeLeft()));
  }

  private static String brief(StepProgress progress) {
    return String.format(
        Locale.ROOT,
        "%s %d/%d loss %.3f %.0f tok/s %s",
        progress.silo(),
        progress.step(),
        progress.steps(),
        progress.loss(),
        progress.tokensPerSecond(),
        seconds(progress.timeLeft()));
  }

  private static String brief(RowProgress progress) {
    return "%s %d/%d".formatted(progress.silo(), progress.done(), progress.total());
  }

  private static String seconds(Duration left) {
    long seconds = left.toSeconds();
    return seconds < 100 ? seconds + " s" : "%d min".formatted((seconds + 30) / 60);
  }
}
