package org.silotune.prep.split;

/** The silo of each row, under one seed. Thread-safe. */
@FunctionalInterface
public interface SiloAssignment {

  /**
   * Returns the silo of a row.
   *
   * @param siloKey what the silo's column holds, empty where no column decides
   * @param category the row's category
   * @param rowId what tells the row's content apart
   */
  String silo(String siloKey, String category, String rowId);
}
