package org.silotune.cli;

import java.util.Locale;
import org.silotune.prep.job.PreparationProgress;

/** Shows a preparation on stderr, at the pace of Spark's heartbeats. */
final class ConsolePreparationProgress implements PreparationProgress {

  private final Console console;
  private final long began = System.nanoTime();

  ConsolePreparationProgress(Console console) {
    this.console = console;
  }

  @Override
  public void encoded(long rows) {
    double seconds = (System.nanoTime() - began) * 1e-9;
    console.progress(
        String.format(Locale.ROOT, "  %d rows read and tokenised in %.0f s", rows, seconds));
  }

  @Override
  public void writing(long rows, int silos) {
    console.err("  writing %d rows of %d silos".formatted(rows, silos));
  }
}
