package org.silotune.cli;

import org.silotune.llm.hub.FetchProgress;

/** Shows a fetch: on a terminal as it goes, elsewhere at every tenth of it. */
final class ConsoleFetchProgress implements FetchProgress {

  private static final int TENTHS = 10;

  private final Console console;
  private String step = "";
  private long shown = -1;

  ConsoleFetchProgress(Console console) {
    this.console = console;
  }

  @Override
  public void line(String text) {
    console.err(text);
  }

  @Override
  public synchronized void bytes(String what, long done, long total) {
    if (!what.equals(step)) {
      step = what;
      shown = -1;
    }
    long parts = console.isTerminal() ? 100 : TENTHS;
    long part = total == 0 ? parts : done * parts / total;
    if (part > shown) {
      shown = part;
      console.progress(
          "  %s  %,d of %,d MB (%d %%)"
              .formatted(what, done / 1_000_000, total / 1_000_000, part * 100 / parts));
    }
  }
}
