package org.silotune.prep.split;

import java.util.Optional;
import org.silotune.prep.PreparationException;

/**
 * The silos are the values of a column: the partition that the data already have.
 *
 * @param column a column of the source
 */
public record ByColumn(String column) implements SiloPartitioner {

  /** What configuration calls it. */
  public static final String NAME = "column";

  public ByColumn {
    if (column.isBlank()) {
      throw new PreparationException("Invalid silo column: must not be blank");
    }
  }

  /** Returns the partition by a column called silo. */
  public static ByColumn defaults() {
    return new ByColumn("silo");
  }

  @Override
  public Optional<String> siloColumn() {
    return Optional.of(column);
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    return (siloKey, category, rowId) -> Optional.of(siloKey);
  }
}
