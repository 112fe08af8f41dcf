package org.silotune.prep.split;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which silo a row belongs to. A choice depends on the row, the seed and the settings alone: a row
 * never changes silo when others arrive, and equal rows share a silo.
 */
public sealed interface SiloPartitioner extends Serializable permits ByColumn, Iid, Dirichlet {

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

  /** Returns the assignment of rows under a seed, which is thread-safe. */
  SiloAssignment assignment(long seed);
}
