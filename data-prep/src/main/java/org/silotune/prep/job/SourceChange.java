package org.silotune.prep.job;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.silotune.prep.shard.HighWaterMark;
import org.silotune.prep.shard.RowGroup;
import org.silotune.prep.shard.SourceUnit;
import org.silotune.prep.shard.VersionState;
import org.silotune.prep.source.HighWaterSurvey;
import org.silotune.prep.source.RowSelection;
import org.silotune.prep.source.SourceSnapshot;

/**
 * How a source differs from what a folder was prepared from, and what that means for the rows.
 *
 * @param units what is recorded of the source from now on
 * @param mark the high-water mark from now on
 * @param selection the rows to read
 * @param fresh files all rows of which are new or changed; of others, rows of the stale silos alone
 *     are prepared
 * @param ended files of which what is known no longer holds: they are gone, or have other content
 * @param isWhole whether all rows are prepared, and none before count
 * @param newRows the rows above the mark; none without a high-water column
 * @param lateRows rows that came too late for any version
 */
record SourceChange(
    SortedMap<String, SourceUnit> units,
    Optional<HighWaterMark> mark,
    RowSelection selection,
    SortedSet<String> fresh,
    SortedSet<String> ended,
    boolean isWhole,
    Optional<Long> newRows,
    long lateRows) {

  private static final SortedSet<String> NO_FILES = Collections.emptySortedSet();

  /** All rows of a source, as if there were no version. */
  static SourceChange everything(SourceSnapshot now, Optional<String> highWater) {
    TreeMap<String, SourceUnit> units = new TreeMap<>(now.units());
    Optional<HighWaterMark> mark = Optional.empty();
    if (highWater.isPresent()) {
      HighWaterSurvey survey = now.survey(units.keySet(), highWater.get(), Optional.empty());
      units.replaceAll((name, unit) -> unit.withTaken(survey.taken(name, /* isKnown= */ false)));
      mark = survey.mark();
    }
    RowSelection selection =
        new RowSelection(Optional.empty(), NO_FILES, highWater, Optional.empty(), mark);
    return new SourceChange(
        units, mark, selection, NO_FILES, NO_FILES, /* isWhole= */ true, Optional.empty(), 0);
  }

  /** The files, or the table, that are not what they were. */
  static SourceChange ofContent(SourceSnapshot now, VersionState before) {
    SortedSet<String> fresh = now.changedSince(before.source());
    TreeSet<String> ended = new TreeSet<>(before.source().keySet());
    ended.removeIf(name -> now.units().containsKey(name) && !fresh.contains(name));
    if (!ended.isEmpty() && !now.isText() && !tellsSilosOfFiles(before)) {
      return everything(now, Optional.empty());
    }
    return new SourceChange(
        now.units(),
        Optional.empty(),
        RowSelection.ofFiles(fresh),
        fresh,
        ended,
        /* isWhole= */ false,
        Optional.empty(),
        0);
  }

  /** Not of a table, and not of Parquet files of one of which no silo is recorded. */
  private static boolean tellsSilosOfFiles(VersionState before) {
    return before.source().values().stream().noneMatch(unit -> unit.silos().isEmpty());
  }

  /** The rows above the mark in files, or a table, that are not what they were. */
  static SourceChange aboveMark(SourceSnapshot now, VersionState before, String column) {
    SortedSet<String> changed = now.changedSince(before.source());
    TreeMap<String, SourceUnit> units = new TreeMap<>(before.source());
    TreeSet<String> known = new TreeSet<>(changed);
    known.retainAll(units.keySet());
    HighWaterSurvey survey = now.survey(changed, column, before.mark());
    long late = 0;
    long taken = 0;
    for (String name : changed) {
      boolean isKnown = known.contains(name) || !now.isText();
      long earlier = Optional.ofNullable(units.get(name)).map(SourceUnit::taken).orElse(0L);
      long here = survey.taken(name, isKnown);
      late += survey.late(name, isKnown, earlier);
      taken += here;
      units.put(name, requireNonNull(now.units().get(name)).withTaken(earlier + here));
    }
    return new SourceChange(
        units,
        survey.mark(),
        new RowSelection(
            Optional.of(changed), known, Optional.of(column), before.mark(), survey.mark()),
        changed,
        NO_FILES,
        /* isWhole= */ false,
        Optional.of(taken),
        late);
  }

  /** Returns whether the folder is what a preparation would make it. */
  boolean isNothing() {
    return !isWhole && newRows.map(rows -> rows == 0).orElse(fresh.isEmpty() && ended.isEmpty());
  }

  /** Returns the names of the files; none for a table. */
  List<String> files() {
    return units.keySet().stream().filter(name -> !name.equals(SourceSnapshot.TABLE)).toList();
  }

  /** Returns the silos that rows of the ended files are in. */
  SortedSet<String> silosOfEndedFiles(VersionState before) {
    return before.source().entrySet().stream()
        .filter(file -> ended.contains(file.getKey()))
        .flatMap(file -> file.getValue().silos().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the files to read so that all rows of the stale silos are among what is read. */
  SortedSet<String> filesFor(VersionState before, SortedSet<String> stale) {
    TreeSet<String> files = new TreeSet<>(fresh);
    before.source().entrySet().stream()
        .filter(file -> !Collections.disjoint(file.getValue().silos(), stale))
        .map(Map.Entry::getKey)
        .filter(file -> units.containsKey(file))
        .forEach(files::add);
    return files;
  }

  /**
   * Returns what is recorded of the source from now on, with the silos of each file.
   *
   * @param read groups of the rows that were read, by file
   * @param version that takes in what is new
   */
  SortedMap<String, SourceUnit> units(VersionState before, List<RowGroup> read, int version) {
    TreeMap<String, SourceUnit> known = new TreeMap<>();
    TreeMap<String, TreeSet<String>> silos = new TreeMap<>();
    units.forEach(
        (name, unit) -> {
          Optional<SourceUnit> earlier =
              Optional.ofNullable(before.source().get(name))
                  .filter(asBefore -> !isWhole && !fresh.contains(name));
          known.put(name, unit.withSince(earlier.map(SourceUnit::since).orElse(version)));
          earlier.ifPresent(asBefore -> silos.put(name, new TreeSet<>(asBefore.silos())));
        });
    for (RowGroup group : read) {
      if (!group.silo().isEmpty() && !group.file().isEmpty()) {
        silos.computeIfAbsent(group.file(), file -> new TreeSet<>()).add(group.silo());
      }
    }
    silos.forEach((name, of) -> known.computeIfPresent(name, (file, unit) -> unit.withSilos(of)));
    return known;
  }

  /** Returns the versions that took in the files that are as they were. */
  SortedMap<String, Integer> versionsOfUnchanged(VersionState before) {
    TreeMap<String, Integer> versions = new TreeMap<>();
    before
        .source()
        .forEach(
            (name, unit) -> {
              if (!fresh.contains(name)) {
                versions.put(name, unit.since());
              }
            });
    return versions;
  }

  /** Returns whether rows of earlier versions still count. */
  boolean keeps(RowGroup group, SortedSet<String> stale) {
    return !isWhole
        && (group.silo().isEmpty() ? !ended.contains(group.file()) : !stale.contains(group.silo()));
  }
}
