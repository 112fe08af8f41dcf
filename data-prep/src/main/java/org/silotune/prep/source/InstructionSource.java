package org.silotune.prep.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.UnusableDataException;
import scala.Tuple2;

/**
 * A source of raw rows, opened: its rows in {@link InstructionRows#SCHEMA}, good and bad, and what
 * a manifest says of it.
 *
 * @param rows one row a record, in no order
 * @param format {@code json, jsonl, csv, parquet, delta, iceberg} or {@code table}
 * @param files the files' names below the source's place; none for a table
 */
public record InstructionSource(
    Dataset<Row> rows, String format, List<String> files, LineNumbers lineNumbers) {

  /**
   * Opens all of a source.
   *
   * @param siloColumn the column that decides on silos, if one does
   * @param neededRoles roles whose columns may otherwise be missing, and may not here
   * @throws PreparationException if the source is missing or lacks a column
   */
  public static InstructionSource open(
      SparkSession spark,
      SourceConfig config,
      Optional<String> siloColumn,
      Set<String> neededRoles) {
    RowSelection selection = RowSelection.ALL;
    RowMapper mapper = RowMapper.of(config.columns(), selection, siloColumn);
    Optional<TableSource> table = TableSource.find(spark, config);
    if (table.isPresent()) {
      String format = table.get().format();
      return ofTable(table.get().rows(), format, List.of(), mapper, selection, neededRoles);
    }
    String location = config.location().orElseThrow();
    SourceListing listing = SourceListing.of(location, config);
    return ofFiles(spark, location, listing, mapper, selection, neededRoles);
  }

  /** Opens files, all of which are wanted. */
  static InstructionSource ofFiles(
      SparkSession spark,
      String location,
      SourceListing listing,
      RowMapper mapper,
      RowSelection selection,
      Set<String> neededRoles) {
    if (listing.format() == SourceFormat.PARQUET && !listing.files().isEmpty()) {
      Dataset<Row> rows = listing.parquet(spark);
      String format = listing.format().label();
      return ofTable(rows, format, listing.files(), mapper, selection, neededRoles);
    }
    return ofText(spark, location, listing, mapper, selection, neededRoles);
  }

  private static InstructionSource ofText(
      SparkSession spark,
      String location,
      SourceListing listing,
      RowMapper mapper,
      RowSelection selection,
      Set<String> neededRoles) {
    List<TextSlice> slices = TextSlice.of(listing);
    JavaRDD<TextSlice> slicesOfTasks =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(slices, Math.max(1, slices.size()));
    Dataset<Row> rows =
        NewRows.only(
            spark.createDataset(
                slicesOfTasks.flatMap(slice -> TextRows.of(slice, mapper)).rdd(),
                Encoders.row(InstructionRows.SCHEMA)), // to the next typed step as they are
            selection);
    if (selection.isWhole()) { // a later file may lack what the others have
      Map<String, String> needed = needed(mapper, neededRoles);
      List<String> columns = List.copyOf(needed.values());
      Set<String> found =
          slicesOfTasks
              .map(slice -> TextRows.columns(slice, columns))
              .fold(new TreeSet<>(), InstructionSource::union);
      if (found.isEmpty()) {
        requireRecord(location, listing, rows);
      }
      requireColumns("the source", found, needed);
    }
    return new InstructionSource(
        rows,
        listing.format().label(),
        listing.names(),
        new LineNumbers(slices, TextSlice.SLICE_BYTES));
  }

  /** Checks, where no record has a field, that there is a record and that it can be read. */
  private static void requireRecord(String location, SourceListing listing, Dataset<Row> rows) {
    List<Row> first = rows.takeAsList(1);
    if (first.isEmpty()) {
      throw new UnusableDataException(
          "Cannot read source %s: it is empty, there is no record in %s; name a place that holds rows"
              .formatted(location, SourceListing.some(listing.files())));
    }
    Row row = first.get(0);
    if (row.getAs(InstructionRows.REASON) != null) {
      throw new UnusableDataException(
          "Cannot read source %s: no record is well-formed, the first, in %s at byte %d, is %s: %s; repair the file, or set format to the one it has"
              .formatted(
                  location,
                  row.getAs(InstructionRows.FILE),
                  row.<Long>getAs(InstructionRows.BYTE_OFFSET),
                  row.getAs(InstructionRows.REASON),
                  row.getAs(InstructionRows.DETAIL)));
    }
  }

  /**
   * Opens the rows of a table.
   *
   * @param files that it is of, where they are a source's own
   */
  static InstructionSource ofTable(
      Dataset<Row> table,
      String format,
      List<SourceFile> files,
      RowMapper mapper,
      RowSelection selection,
      Set<String> neededRoles) {
    Set<String> found = new TreeSet<>(List.of(table.columns()));
    boolean isPart = !files.isEmpty() && !selection.isWhole();
    requireColumns(
        "the source",
        found,
        isPart ? neededOfEach(mapper, neededRoles) : needed(mapper, neededRoles));
    List<String> looked =
        mapper.columnByRole().values().stream().distinct().filter(found::contains).toList();
    Dataset<Row> wanted = TableHighWater.newRows(table, selection);
    return new InstructionSource(
        TableRows.of(wanted, mapper.withoutMark(), looked, files),
        format,
        files.stream().map(SourceFile::name).toList(),
        LineNumbers.NONE);
  }

  /** Every column by its role, but for input and category under their default names. */
  private static Map<String, String> needed(RowMapper mapper, Set<String> neededRoles) {
    ColumnMapping defaults = ColumnMapping.defaults();
    Map<String, String> needed = new TreeMap<>(mapper.columnByRole());
    Map<String, String> optional =
        Map.of("input", defaults.input(), "category", defaults.category());
    optional.forEach(
        (role, column) -> {
          if (!neededRoles.contains(role)) {
            needed.remove(role, column);
          }
        });
    return needed;
  }

  /** Those that every file must have: no record of it may have an input or a category. */
  private static Map<String, String> neededOfEach(RowMapper mapper, Set<String> neededRoles) {
    Map<String, String> needed = needed(mapper, neededRoles);
    for (String role : List.of("input", "category")) {
      if (!neededRoles.contains(role)) {
        needed.remove(role);
      }
    }
    return needed;
  }

  /**
   * Checks that each file has the columns that it needs; one without a record that can be read is
   * left to quarantine.
   *
   * @throws PreparationException that names the first file that lacks one
   */
  static void requireColumnsOfEach(
      SparkSession spark, SourceListing listing, RowMapper mapper, Set<String> neededRoles) {
    Map<String, String> needed = neededOfEach(mapper, neededRoles);
    columnsByFile(spark, listing, List.copyOf(needed.values()))
        .forEach(
            (file, found) -> {
              if (!found.isEmpty()) {
                requireColumns("file " + file, found, needed);
              }
            });
  }

  private static SortedMap<String, Set<String>> columnsByFile(
      SparkSession spark, SourceListing listing, List<String> needed) {
    if (listing.format() == SourceFormat.PARQUET) {
      return ParquetColumns.byFile(spark, listing);
    }
    TreeMap<String, Set<String>> columns = new TreeMap<>();
    List<TextSlice> slices = TextSlice.of(listing);
    if (!slices.isEmpty()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(slices, slices.size())
          .map(slice -> new Tuple2<>(slice.file().name(), TextRows.columns(slice, needed)))
          .collect()
          .forEach(found -> columns.merge(found._1(), found._2(), InstructionSource::union));
    }
    return columns;
  }

  private static void requireColumns(String where, Set<String> found, Map<String, String> needed) {
    needed.forEach(
        (role, column) -> {
          if (!found.contains(column)) {
            throw new UnknownColumnException(
                "Unknown column %s (named as %s): %s has %s; set %s"
                    .formatted(
                        column,
                        role,
                        where,
                        found.isEmpty() ? "no columns" : String.join(", ", found),
                        key(role)));
          }
        });
  }

  /** The key of an experiment that names the column of a role. */
  private static String key(String role) {
    return switch (role) {
      case "silo" -> "data.silos.column";
      case RowMapper.HIGH_WATER -> "data.incremental.high-water";
      case "id" -> "data.source.columns.id, or set it to none";
      default -> "data.source.columns." + role;
    };
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> union = new TreeSet<>(a);
    union.addAll(b);
    return union;
  }
}
