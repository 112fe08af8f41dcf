package org.silotune.prep.source;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silotune.prep.shard.HighWaterMark;

/**
 * Which rows of a source are wanted.
 *
 * @param files names of the files to read; none stands for all
 * @param known those of them that rows were taken from before: what of them has no readable value
 *     in the high-water column is nothing new
 * @param highWater the column that grows from row to row, if rows are told apart by it
 * @param above the mark that a new row's value is above; none takes all rows that have a value
 * @param upTo the mark that a new row's value is not above: the highest value when the source was
 *     looked at; none where there was none
 */
public record RowSelection(
    Optional<SortedSet<String>> files,
    SortedSet<String> known,
    Optional<String> highWater,
    Optional<HighWaterMark> above,
    Optional<HighWaterMark> upTo) {

  /** All rows of all files. */
  public static final RowSelection ALL =
      new RowSelection(
          Optional.empty(),
          Collections.emptySortedSet(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public RowSelection {
    files = files.map(names -> Collections.unmodifiableSortedSet(new TreeSet<>(names)));
    known = Collections.unmodifiableSortedSet(new TreeSet<>(known));
    requireNonNull(highWater, "highWater");
    requireNonNull(above, "above");
    requireNonNull(upTo, "upTo");
  }

  /** Returns all rows of some files. */
  public static RowSelection ofFiles(Set<String> names) {
    return new RowSelection(
        Optional.of(new TreeSet<>(names)),
        ALL.known,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns whether no file is left out. */
  boolean isWhole() {
    return files.isEmpty();
  }
}
