package org.silotune.prep.source;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HighWaterMark;
import org.silotune.prep.shard.SourceUnit;

/**
 * What a source holds at a moment: its files with length and sha256, or a table with its snapshot.
 * Nothing of its rows has been read.
 */
public final class SourceSnapshot {

  /** What a table is called among the units of a source. */
  public static final String TABLE = "";

  private final SparkSession spark;
  private final SourceConfig config;
  private final String format;
  private final SortedMap<String, SourceUnit> units;

  private SourceSnapshot(
      SparkSession spark, SourceConfig config, String format, SortedMap<String, SourceUnit> units) {
    this.spark = spark;
    this.config = config;
    this.format = format;
    this.units = Collections.unmodifiableSortedMap(units);
  }

  /**
   * Looks at a source; files are read for their sha256.
   *
   * @throws UnusableDataException if it is missing
   */
  public static SourceSnapshot of(SparkSession spark, SourceConfig config) {
    TreeMap<String, SourceUnit> units = new TreeMap<>();
    Optional<TableSource> table = TableSource.find(spark, config);
    if (table.isPresent()) {
      units.put(TABLE, new SourceUnit(0, table.get().snapshot(), 0));
      return new SourceSnapshot(spark, config, table.get().format(), units);
    }
    SourceListing listing = SourceListing.of(config.location().orElseThrow(), config);
    FileDigests digests = FileDigests.of(spark, listing.files());
    for (SourceFile file : listing.files()) {
      String sha256 = digests.byName().getOrDefault(file.name(), "");
      units.put(file.name(), new SourceUnit(file.byteCount(), sha256, 0));
    }
    return new SourceSnapshot(spark, config, listing.format().label(), units);
  }

  /** Returns the files by name, or the table under {@link #TABLE}. */
  public SortedMap<String, SourceUnit> units() {
    return units;
  }

  /** Returns whether rows know the file they are from: those of text files do. */
  public boolean tellsFilesOfRows() {
    return !isTable() && !format.equals(SourceFormat.PARQUET.label());
  }

  /** Returns the format, as {@link InstructionSource#format} has it. */
  public String format() {
    return format;
  }

  private boolean isTable() {
    return units.containsKey(TABLE);
  }

  /**
   * Returns the units that a source has, and had not with the same content before.
   *
   * @throws UnusableDataException if nobody can tell whether the source is another
   */
  public SortedSet<String> changedSince(SortedMap<String, SourceUnit> before) {
    TreeSet<String> changed = new TreeSet<>();
    units.forEach(
        (name, unit) -> {
          if (!Optional.ofNullable(before.get(name)).map(unit::holdsSameAs).orElse(false)) {
            changed.add(name);
          }
        });
    return changed;
  }

  /**
   * Checks that a change of the source would be seen.
   *
   * @throws UnusableDataException if it is a table without snapshots or files
   */
  public void requireTellable() {
    if (isTable() && units.get(TABLE).content().isEmpty()) {
      throw new UnusableDataException(
          "Cannot tell whether table %s has changed: it has neither snapshots nor files of its own; name the column that grows with data.incremental.high-water"
              .formatted(config.table().orElse("")));
    }
  }

  /** Counts what files, or the table, hold above a mark. */
  public HighWaterSurvey survey(Set<String> names, String column, Optional<HighWaterMark> mark) {
    return TableSource.find(spark, config)
        .map(table -> HighWaterSurvey.ofTable(table.rows(), column, mark))
        .orElseGet(
            () ->
                HighWaterSurvey.ofFiles(
                    spark,
                    SourceListing.of(config.location().orElseThrow(), config)
                        .only(RowSelection.ofFiles(names)),
                    column,
                    mark));
  }
}
