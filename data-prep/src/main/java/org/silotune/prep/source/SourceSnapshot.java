package org.silotune.prep.source;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HighWaterMark;
import org.silotune.prep.shard.SourceUnit;

/**
 * What a source holds at a moment: its files with length and sha256, or a table with its snapshot.
 * It is listed once, and whatever is read of it later is of that moment: no file that came since,
 * no byte that a file grew by, no later snapshot of a Delta or Iceberg table.
 */
public final class SourceSnapshot {

  /** What a table is called among the units of a source. */
  public static final String TABLE = "";

  private final SparkSession spark;
  private final SourceConfig config;
  private final String format;
  private final SortedMap<String, SourceUnit> units;
  private final Optional<TableSnapshot> table;
  private final SourceListing listing;

  private SourceSnapshot(
      SparkSession spark,
      SourceConfig config,
      String format,
      SortedMap<String, SourceUnit> units,
      Optional<TableSnapshot> table,
      SourceListing listing) {
    this.spark = spark;
    this.config = config;
    this.format = format;
    this.units = Collections.unmodifiableSortedMap(units);
    this.table = table;
    this.listing = listing;
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
      TableSnapshot snapshot = TableSnapshot.of(table.get());
      units.put(TABLE, new SourceUnit(0, snapshot.id()));
      SourceListing none = new SourceListing(SourceFormat.AUTO, List.of());
      return new SourceSnapshot(
          spark, config, table.get().format(), units, Optional.of(snapshot), none);
    }
    SourceListing listing = SourceListing.of(config.location().orElseThrow(), config);
    FileDigests digests = FileDigests.of(spark, listing.files());
    for (SourceFile file : listing.files()) {
      String sha256 = digests.byName().getOrDefault(file.name(), "");
      units.put(file.name(), new SourceUnit(file.byteCount(), sha256));
    }
    return new SourceSnapshot(
        spark,
        config,
        listing.format().label(),
        units,
        Optional.empty(),
        listing.growing(digests.grown()));
  }

  /** Returns the same of files some of which turned out to be written to meanwhile. */
  public SourceSnapshot growing(SortedSet<String> names) {
    return new SourceSnapshot(
        spark, config, format, new TreeMap<>(units), table, listing.growing(names));
  }

  /** Returns the files by name, or the table under {@link #TABLE}. */
  public SortedMap<String, SourceUnit> units() {
    return units;
  }

  /** Returns what tells all of it from any other content; none where nobody can tell. */
  public Optional<String> content() {
    if (isTable()) {
      return Optional.of(units.get(TABLE).content()).filter(id -> !id.isEmpty());
    }
    TreeMap<String, String> digests = new TreeMap<>();
    units.forEach((name, unit) -> digests.put(name, unit.content()));
    return Optional.of(new FileDigests(digests, Collections.emptySortedSet()).combined());
  }

  /** Returns whether the files are of text, whose records have a place in them. */
  public boolean isText() {
    return !isTable() && !format.equals(SourceFormat.PARQUET.label());
  }

  /** Returns the format, as {@link InstructionSource#format} has it. */
  public String format() {
    return format;
  }

  private boolean isTable() {
    return table.isPresent();
  }

  /** Returns the units that a source has, and had not with the same content before. */
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
   * @throws UnusableDataException if it is a view, or a table without snapshots or files
   */
  public void requireTellable() {
    if (isTable() && units.get(TABLE).content().isEmpty()) {
      throw new UnusableDataException(
          "Cannot tell whether table %s has changed: it has neither snapshots nor files of its own, as views have not; name the column that grows with data.incremental.high-water"
              .formatted(config.table().orElse("")));
    }
  }

  /** Counts what files, or the table, hold above a mark. */
  public HighWaterSurvey survey(Set<String> names, String column, Optional<HighWaterMark> mark) {
    return table
        .map(snapshot -> HighWaterSurvey.ofTable(snapshot.rows(), column, mark))
        .orElseGet(() -> HighWaterSurvey.ofFiles(spark, listing.only(names), column, mark));
  }

  /**
   * Opens what the source held, or a part of it; rows that were written since are not in it.
   *
   * @param selection which rows are wanted
   * @param siloColumn as {@link InstructionSource#open} has it
   * @param neededRoles as {@link InstructionSource#open} has it
   * @throws PreparationException if the source lacks a column
   */
  public InstructionSource open(
      RowSelection selection, Optional<String> siloColumn, Set<String> neededRoles) {
    RowMapper mapper = RowMapper.of(config.columns(), selection, siloColumn);
    return table
        .map(
            snapshot ->
                InstructionSource.ofTable(
                    snapshot.rows(), format, List.of(), mapper, selection, neededRoles))
        .orElseGet(
            () ->
                InstructionSource.ofFiles(
                    spark, place(), listing.only(selection), mapper, selection, neededRoles));
  }

  /**
   * Checks that files have the columns that they need, each for itself: what a later file lacks the
   * others do not make up for.
   *
   * @param names of files that are new or changed
   * @param selection as {@link #open} has it
   * @throws PreparationException that names the first file that lacks one
   */
  public void requireColumns(
      Set<String> names,
      RowSelection selection,
      Optional<String> siloColumn,
      Set<String> neededRoles) {
    if (table.isEmpty()) {
      RowMapper mapper = RowMapper.of(config.columns(), selection, siloColumn);
      InstructionSource.requireColumnsOfEach(spark, listing.only(names), mapper, neededRoles);
    }
  }

  /**
   * Checks, after rows were read, that they were those that the source held when it was looked at.
   * A file that has only grown is what it was as far as it was read.
   *
   * @param selection which rows were read
   * @throws PreparationException that says what is another
   * @throws OpenEndException if files have grown that ended inside a record, for all one can tell
   */
  public void requireUnchanged(RowSelection selection) {
    if (table.isPresent()) {
      requireSameTable(table.get());
      return;
    }
    List<SourceFile> read = listing.only(selection).files();
    FileDigests now = FileDigests.of(spark, read);
    for (SourceFile file : read) {
      String before = units.get(file.name()).content();
      if (!before.equals(now.byName().get(file.name()))) {
        throw changed("file %s of source %s".formatted(file.name(), place()));
      }
    }
    requireWholeRecords(listing.only(now.grown()));
  }

  private void requireWholeRecords(SourceListing grown) {
    if (!isText()) {
      return;
    }
    List<TextSlice> slices =
        TextSlice.of(grown).stream().filter(slice -> !slice.file().isGrowing()).toList();
    if (!slices.isEmpty()) {
      TreeSet<String> open =
          new TreeSet<>(
              JavaSparkContext.fromSparkContext(spark.sparkContext())
                  .parallelize(slices, slices.size())
                  .filter(TextSlice::hasOpenEnd)
                  .map(slice -> slice.file().name())
                  .collect());
      if (!open.isEmpty()) {
        throw new OpenEndException(open);
      }
    }
  }

  private void requireSameTable(TableSnapshot before) {
    if (before.isPinned() || before.id().isEmpty()) {
      return;
    }
    config
        .table()
        .ifPresent(name -> spark.catalog().refreshTable(name)); // Spark keeps lists of files
    String now = TableSource.find(spark, config).map(TableSnapshot::of).orElseThrow().id();
    if (!now.equals(before.id())) {
      throw changed("table " + config.table().orElseGet(this::place));
    }
  }

  private static PreparationException changed(String what) {
    return new PreparationException(
        "Cannot prepare from %s: it changed while it was read, and nothing was added; give the command again when nothing rewrites it"
            .formatted(what));
  }

  private String place() {
    return config.location().orElseThrow();
  }
}
