package org.silotune.prep.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.shard.HighWaterMark;
import scala.Tuple2;

/**
 * What changed files, or a changed table, hold above the mark so far, counted before anything is
 * prepared.
 */
public final class HighWaterSurvey {

  private final Optional<HighWaterMark> before;
  private final SortedMap<String, HighWaterCount> counts;

  private HighWaterSurvey(
      String column, Optional<HighWaterMark> before, SortedMap<String, HighWaterCount> counts) {
    this.before = before;
    this.counts = counts;
    requireOrder(column);
  }

  /** Counts a table. */
  static HighWaterSurvey ofTable(Dataset<Row> table, String column, Optional<HighWaterMark> mark) {
    TreeMap<String, HighWaterCount> counts = new TreeMap<>();
    counts.put(SourceSnapshot.TABLE, TableHighWater.of(table, column).survey(table, mark));
    return new HighWaterSurvey(column, mark, counts);
  }

  /** Counts files. */
  static HighWaterSurvey ofFiles(
      SparkSession spark, SourceListing listing, String column, Optional<HighWaterMark> mark) {
    if (listing.format() == SourceFormat.PARQUET && !listing.files().isEmpty()) {
      return new HighWaterSurvey(column, mark, ofParquet(spark, listing, column, mark));
    }
    TreeMap<String, HighWaterCount> counts = new TreeMap<>();
    TextHighWater text = new TextHighWater(column, mark.orElse(null));
    List<TextSlice> slices = TextSlice.of(listing);
    listing.names().forEach(name -> counts.put(name, HighWaterCount.NONE));
    if (!slices.isEmpty()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(new ArrayList<>(slices), slices.size())
          .map(slice -> new Tuple2<>(slice.file().name(), text.count(slice)))
          .collect()
          .forEach(count -> counts.merge(count._1(), count._2(), HighWaterCount::plus));
    }
    return new HighWaterSurvey(column, mark, counts);
  }

  private static SortedMap<String, HighWaterCount> ofParquet(
      SparkSession spark, SourceListing listing, String column, Optional<HighWaterMark> mark) {
    ParquetColumns.byFile(spark, listing)
        .forEach((file, columns) -> requireColumn(file, columns, column));
    Dataset<Row> rows = listing.parquet(spark);
    SortedMap<String, HighWaterCount> byUri =
        TableHighWater.of(rows, column).surveyByFile(rows, mark);
    TreeMap<String, HighWaterCount> counts = new TreeMap<>();
    for (SourceFile file : listing.files()) {
      counts.put(file.name(), byUri.getOrDefault(file.uri(), HighWaterCount.NONE));
    }
    return counts;
  }

  private static void requireColumn(String file, Set<String> columns, String column) {
    if (!columns.contains(column)) {
      throw new UnknownColumnException(
          "Unknown column %s (named as high-water): file %s has %s; set data.incremental.high-water"
              .formatted(column, file, String.join(", ", columns)));
    }
  }

  /** Returns the rows above the mark, or, without a mark so far, those that have a value. */
  public long newRows() {
    return counts.values().stream().mapToLong(HighWaterCount::above).sum();
  }

  /** Returns the highest value there is now; none where no row ever had one. */
  public Optional<HighWaterMark> mark() {
    return Stream.concat(
            before.stream(), counts.values().stream().flatMap(c -> c.highest().values().stream()))
        .max(HighWaterMark::compareTo);
  }

  /**
   * Returns the rows that a preparation takes from a file or table: those above the mark, and,
   * where all else must be new too, those that have no value, which go to quarantine.
   *
   * @param isKnown whether rows were taken from it before, or may have been
   */
  public long taken(String unit, boolean isKnown) {
    HighWaterCount count = counts.getOrDefault(unit, HighWaterCount.NONE);
    return count.above() + (isKnown ? 0 : count.without());
  }

  /**
   * Returns the rows of a file or table that came too late: at or below the mark, or in a file that
   * was seen before without a value, and in no preparation.
   *
   * @param isKnown whether rows were taken from it before, or may have been
   * @param before how many
   */
  public long late(String unit, boolean isKnown, long before) {
    HighWaterCount count = counts.getOrDefault(unit, HighWaterCount.NONE);
    return Math.max(0, count.rows() - taken(unit, isKnown) - before);
  }

  private void requireOrder(String column) {
    HighWaterCount all = counts.values().stream().reduce(HighWaterCount.NONE, HighWaterCount::plus);
    if (all.orderless() != null) {
      throw new PreparationException(
          "Invalid high-water column %s: it holds %s, which has no order; name a column of numbers, or of texts such as 2026-01-31T08:00:00Z"
              .formatted(column, all.orderless()));
    }
    SortedMap<HighWaterMark.Kind, HighWaterMark> kinds = new TreeMap<>(all.highest());
    before.ifPresent(mark -> kinds.putIfAbsent(mark.kind(), mark));
    if (kinds.size() > 1) {
      throw new PreparationException(
          "Invalid high-water column %s: its values, the mark so far among them, have no common order: %s; write all values alike, or prepare all rows again with --rebuild after a change of the column"
              .formatted(
                  column,
                  kinds.values().stream()
                      .map(mark -> "%s is %s".formatted(mark, mark.kind().title()))
                      .collect(Collectors.joining(", "))));
    }
  }
}
