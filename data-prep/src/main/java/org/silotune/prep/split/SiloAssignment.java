package org.silotune.prep.split;

import java.io.Serializable;
import java.util.Optional;

/** The silo of each row, under one seed. Thread-safe. */
@FunctionalInterface
public interface SiloAssignment extends Serializable {

  /**
   * Returns the silo of a row; none if no silo takes rows of its category.
   *
   * @param siloKey what the silo's column holds, empty where no column decides
   * @param category the row's category
   * @param rowId what tells the row's content apart
   */
  Optional<String> silo(String siloKey, String category, String rowId);
}
