package org.silotune.eval.sandbox;

import java.util.Locale;

/**
 * How a program ended.
 *
 * @param outcome what ended it
 * @param status its exit status where it ended by itself; 128 and a signal's number where one
 *     killed it
 * @param output the beginning of what it wrote
 * @param tail the last of what it wrote
 * @param written how many bytes it wrote
 */
public record SandboxResult(Outcome outcome, int status, String output, String tail, long written) {

  /** What ends a program. */
  public enum Outcome {
    /** It ended by itself, or a signal ended it. */
    ENDED,
    /** It was never built. */
    NOT_BUILT,
    /** It ran longer than it may. */
    TIMED_OUT,
    /** It took more memory than it may. */
    OUT_OF_MEMORY
  }

  /** Returns the same of a program that took more memory than it may. */
  SandboxResult outOfMemory() {
    return new SandboxResult(Outcome.OUT_OF_MEMORY, status, output, tail, written);
  }

  /** Returns whether the program ended well, and wrote {@code proof}, which may be empty. */
  public boolean passed(String proof) {
    return outcome == Outcome.ENDED
        && status == 0
        && (output.contains(proof) || tail.contains(proof));
  }

  /** Returns in one line why it did not pass. */
  public String reason() {
    return switch (outcome) {
      case TIMED_OUT -> "ran longer than it may";
      case OUT_OF_MEMORY -> "took more memory than it may";
      case NOT_BUILT -> "does not build: " + lastLine();
      case ENDED ->
          status == 0
              ? "ended before its tests"
              : String.format(Locale.ROOT, "status %d: %s", status, lastLine());
    };
  }

  private String lastLine() {
    String last =
        tail.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line).strip();
    return last.length() > 200 ? last.substring(0, 200) : last;
  }
}
