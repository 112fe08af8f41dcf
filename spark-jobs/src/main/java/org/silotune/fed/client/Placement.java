package org.silotune.fed.client;

import java.util.Locale;

/** What a silo's hosts mean. */
public enum Placement {
  /** A task on any other host refuses to open the silo's data. */
  STRICT,
  /** The hosts are a wish; the silo's data may be read from anywhere. */
  PREFERRED;

  /** Returns the name that configuration uses. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
