package org.silotune.prep.job;

import java.util.Optional;
import org.silotune.prep.PreparationException;

/**
 * How a folder that takes in new rows tells them from old ones.
 *
 * @param highWater a column that grows from row to row, such as the time a row came in: rows above
 *     the highest value so far are new. None compares files by length and sha256, and a table by
 *     its snapshot
 */
public record IncrementalConfig(Optional<String> highWater) {

  public IncrementalConfig {
    if (highWater.isPresent() && highWater.get().isBlank()) {
      throw new PreparationException(
          "Invalid high-water column: must not be blank; name a column, or leave it out");
    }
  }

  /** Returns the comparison of files, or of a table's snapshots. */
  public static IncrementalConfig defaults() {
    return new IncrementalConfig(Optional.empty());
  }
}
