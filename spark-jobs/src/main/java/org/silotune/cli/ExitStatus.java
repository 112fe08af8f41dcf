package org.silotune.cli;

/** What the process tells its caller. */
final class ExitStatus {

  /** Done. */
  static final int DONE = 0;

  /** The run failed. */
  static final int FAILED = 1;

  /** Bad usage or configuration. */
  static final int USAGE = 2;

  /** Another process holds the run. */
  static final int HELD = 3;

  private ExitStatus() {}
}
