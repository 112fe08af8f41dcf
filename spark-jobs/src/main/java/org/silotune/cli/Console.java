package org.silotune.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command speaks: results on {@link #out}, everything else on {@link #err}. Thread-safe.
 *
 * <p>On a terminal a progress line overwrites the one before; elsewhere it is a line of its own, so
 * callers offer progress at a sensible pace.
 */
final class Console {

  private static final int MINIMUM_WIDTH = 100;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private boolean lineOpen;

  Console(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The process's own streams. */
  static Console standard() {
    // SILOTUNE_TTY is set by the start script, which can ask the shell whether stderr is a terminal
    boolean terminal = "1".equals(System.getenv("SILOTUNE_TTY"));
    return new Console(writer(System.out), writer(System.err), terminal);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Says a result. */
  synchronized void out(String text) {
    closeLine();
    err.flush();
    out.println(text);
    out.flush();
  }

  /** Says what happens. */
  synchronized void err(String text) {
    closeLine();
    err.println(text);
    err.flush();
  }

  /** Says how far a step is; the next call may overwrite it. */
  synchronized void progress(String text) {
    if (!terminal) {
      err(text);
      return;
    }
    err.print("\r" + " ".repeat(MINIMUM_WIDTH) + "\r" + text);
    err.flush();
    lineOpen = true;
  }

  /** Returns whether progress lines overwrite each other. */
  boolean isTerminal() {
    return terminal;
  }

  synchronized void flush() {
    closeLine();
    out.flush();
    err.flush();
  }

  PrintWriter outWriter() {
    return out;
  }

  PrintWriter errWriter() {
    return err;
  }

  private void closeLine() {
    if (lineOpen) {
      err.println();
      lineOpen = false;
    }
  }
}
