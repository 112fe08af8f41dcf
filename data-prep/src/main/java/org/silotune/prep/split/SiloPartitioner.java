package org.silotune.prep.split;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which silo a row belongs to. A choice depends on the row, the seed and the settings alone, so a
 * row never changes silo when others arrive; where {@link #needsCensus} says so, it depends on the
 * categories' totals too. Equal rows share a silo unless an id column tells them apart.
 */
public sealed interface SiloPartitioner extends Serializable
    permits ByColumn, NaturalId, CountedSilos {

  /** Returns the column whose value is the silo's name, if a column decides. */
  default Optional<String> siloColumn() {
    return Optional.empty();
  }

  /** Returns the roles of rows that a choice looks at, and that the source must have. */
  default Set<String> roles() {
    return Set.of();
  }

  /** Returns the silos that must exist whatever the rows are, in name order. */
  default List<String> silos() {
    return List.of();
  }

  /**
   * Returns the usable rows that a silo must have to exist, at least 1; none where a silo without
   * usable rows exists too.
   */
  default OptionalInt minimumRows() {
    return OptionalInt.empty();
  }

  /** Returns whether a choice depends on how many rows each category has. */
  default boolean needsCensus() {
    return false;
  }

  /**
   * Returns the assignment of rows under a seed, which is thread-safe.
   *
   * @param census of the rows to assign; {@link Census#NONE} unless it is needed
   * @throws org.silotune.prep.PreparationException if the settings do not go with the categories
   */
  SiloAssignment assignment(long seed, Census census);
}
