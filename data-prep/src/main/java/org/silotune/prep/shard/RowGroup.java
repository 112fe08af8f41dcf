package org.silotune.prep.shard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many rows fared alike: what is kept of each row of an incremental folder, so that its counts
 * still add up when a silo is prepared again. An empty text stands for what is not known.
 *
 * @param file the file's name below the source's place; empty for tables, and where the row has a
 *     silo, all rows of which are counted anew when a file of it changes
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

  /** Returns the group as it is kept: that of a silo without its file. */
  public RowGroup kept() {
    return silo.isEmpty()
        ? this
        : new RowGroup("", silo, split, reason, stage, marks, rows, truncated);
  }

  /** Adds up groups that differ in nothing but their counts; they keep the order of the first. */
  public static List<RowGroup> merged(List<RowGroup> groups) {
    Map<RowGroup, RowGroup> sums = new LinkedHashMap<>();
    for (RowGroup group : groups) {
      sums.merge(group.counting(0, 0), group, RowGroup::plus);
    }
    return List.copyOf(sums.values());
  }

  private RowGroup plus(RowGroup other) {
    return counting(rows + other.rows, truncated + other.truncated);
  }

  private RowGroup counting(long newRows, long newTruncated) {
    return new RowGroup(file, silo, split, reason, stage, marks, newRows, newTruncated);
  }

  /** Returns the group in another split. */
  public RowGroup withSplit(Split newSplit) {
    return new RowGroup(file, silo, newSplit.label(), reason, stage, marks, rows, truncated);
  }
}
