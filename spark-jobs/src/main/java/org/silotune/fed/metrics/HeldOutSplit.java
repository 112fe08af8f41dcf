package org.silotune.fed.metrics;

import java.util.Locale;

/** The parts of a silo's data that are never trained on. */
public enum HeldOutSplit {
  /** Steers the run: best round and early stopping. */
  VALIDATION,
  /** Reported, and never looked at by anything that steers the run. */
  TEST;

  /** Returns the name that tables and shards use. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
