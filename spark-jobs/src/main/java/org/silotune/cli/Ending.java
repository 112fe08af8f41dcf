package org.silotune.cli;

/** Whether this process is being ended from outside, by Ctrl-C or a signal. */
final class Ending {

  private static volatile boolean begun;

  private Ending() {}

  /** Takes note of the end when it begins: Spark stops then too, and what runs on it fails. */
  static void watch() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> begun = true, "silotune-ending"));
  }

  static boolean hasBegun() {
    return begun;
  }
}
