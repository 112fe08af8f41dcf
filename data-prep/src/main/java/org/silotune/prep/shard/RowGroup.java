package org.silotune.prep.shard;

import java.util.List;

/**
 * How many rows fared alike: what is kept of each row of an incremental folder, so that its counts
 * still add up when a silo is prepared again. An empty text stands for what is not known.
 *
 * @param file the file's name below the source's place, empty for tables
 * @param silo the silo, empty where the row has none
 * @param split where the row went, empty in quarantine
 * @param reason why it is in quarantine, empty where it is not
 * @param stage the step that dropped it, empty where none did
 * @param marks stages that changed it, or found something in it and kept it
 * @param rows rows that all this holds for
 * @param truncated those of them that were cut
 */
public record RowGroup(
    String file,
    String silo,
    String split,
    String reason,
    String stage,
    List<String> marks,
    long rows,
    long truncated) {

  public RowGroup {
    marks = List.copyOf(marks);
  }

  /** Returns whether the rows are in the shards. */
  public boolean wasAccepted() {
    return reason.isEmpty();
  }

  /** Returns the group in another split. */
  public RowGroup withSplit(Split newSplit) {
    return new RowGroup(file, silo, newSplit.label(), reason, stage, marks, rows, truncated);
  }
}
