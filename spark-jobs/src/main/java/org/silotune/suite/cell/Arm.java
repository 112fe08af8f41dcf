package org.silotune.suite.cell;

import java.util.Locale;

/** Who learns from what: the columns of the table. */
public enum Arm {
  /** The model as it is. */
  BASE("the model as it is"),
  /** One silo that has the rows of all. */
  GLOBAL("one silo with the rows of all"),
  /** All silos, in rounds. */
  FEDERATED("all silos, averaged in rounds"),
  /** One silo without the others. */
  LOCAL("one silo alone");

  private final String about;

  Arm(String about) {
    this.about = about;
  }

  /** Returns the name that tables use. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what it is, for people. */
  public String about() {
    return about;
  }
}
