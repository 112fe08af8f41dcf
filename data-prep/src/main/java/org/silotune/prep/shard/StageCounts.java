package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one step of a preparation did with the rows that reached it.
 *
 * @param name the step, such as {@code read}, {@code quality} or {@code tokenise}
 * @param rowsIn rows that no step before it dropped
 * @param dropped rows that it sent to quarantine
 * @param changed rows that it changed and kept
 * @param reported rows that it found something in and kept
 */
public record StageCounts(String name, long rowsIn, long dropped, long changed, long reported) {

  public StageCounts {
    requireNonNull(name, "name");
    if (dropped < 0 || dropped > rowsIn) {
      throw new IllegalArgumentException(
          "Invalid counts of stage %s: %d dropped of %d rows".formatted(name, dropped, rowsIn));
    }
  }

  /** Returns the rows that reach the next step. */
  public long rowsOut() {
    return rowsIn - dropped;
  }

  /** Checks that every step's rows are those that the one before it left. */
  static void requireChain(List<StageCounts> stages, long rowsIn, long rowsOut) {
    long rows = rowsIn;
    for (StageCounts stage : stages) {
      if (stage.rowsIn() != rows) {
        throw new IllegalArgumentException(
            "Invalid manifest: %d rows reach stage %s, which counts %d"
                .formatted(rows, stage.name(), stage.rowsIn()));
      }
      rows = stage.rowsOut();
    }
    if (!stages.isEmpty() && rows != rowsOut) {
      throw new IllegalArgumentException(
          "Invalid manifest: the stages leave %d rows of %d".formatted(rows, rowsOut));
    }
  }
}
