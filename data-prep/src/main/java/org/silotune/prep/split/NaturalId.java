package org.silotune.prep.split;

import java.util.Optional;
import java.util.OptionalInt;
import org.silotune.prep.PreparationException;

/**
 * One silo for every value of a column of many: an author, a patient, a device. It differs from
 * {@link ByColumn} in that silos with fewer rows than a minimum, once the rows have been through
 * all stages and tokenised, are left out, their rows in quarantine. Flower Datasets' natural id
 * partitioner makes the same silos, and numbers them in the order of the ids; it has no minimum.
 *
 * @param column a column of the source
 * @param minRows usable rows that a silo must have, at least 1
 */
public record NaturalId(String column, int minRows) implements SiloPartitioner {

  /** What configuration calls it. */
  public static final String NAME = "natural-id";

  public NaturalId {
    if (column.isBlank()) {
      throw new PreparationException("Invalid natural id column: must not be blank");
    }
    if (minRows < 1) {
      throw new PreparationException("Invalid min-rows %d: must be >= 1".formatted(minRows));
    }
  }

  /** Returns silos by a column called id of any size. */
  public static NaturalId defaults() {
    return new NaturalId("id", 1);
  }

  @Override
  public Optional<String> siloColumn() {
    return Optional.of(column);
  }

  @Override
  public OptionalInt minimumRows() {
    return OptionalInt.of(minRows);
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    return (siloKey, category, rowId) -> Optional.of(siloKey);
  }
}
