package org.silotune.bench;

/** Checks of what a measurement is asked to count. */
final class Counts {

  private Counts() {}

  static void requirePositive(String what, int value) {
    requireAtLeast(what, value, 1);
  }

  static void requireNotNegative(String what, int value) {
    requireAtLeast(what, value, 0);
  }

  private static void requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid %s: %d, must be >= %d".formatted(what, value, least));
    }
  }
}
