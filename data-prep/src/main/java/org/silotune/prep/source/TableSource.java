package org.silotune.prep.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HadoopSettings;

/**
 * A source that Spark knows as a table: of its catalog, or a folder that is a Delta or Iceberg
 * table. Such a folder's files are never read one by one: some of them may be deleted rows.
 *
 * @param format what a manifest says: {@code table, delta} or {@code iceberg}
 * @param name what messages call it
 * @param rows its rows
 */
record TableSource(SparkSession spark, String format, String name, Dataset<Row> rows) {

  private static final String CATALOG = "table";

  /** Where a Delta table's commits are, below its folder. */
  static final String DELTA_LOG = "_delta_log";

  /**
   * Returns the table that a source is; none if it is a source of files.
   *
   * @throws UnusableDataException if there is no such table, or the jar of its format is missing
   * @throws org.silotune.prep.PreparationException if a folder does not say whether it is a table
   */
  static Optional<TableSource> find(SparkSession spark, SourceConfig config) {
    Optional<String> location = config.location();
    if (location.isEmpty()) {
      return Optional.of(ofCatalog(spark, config.table().orElseThrow()));
    }
    return lakeFormat(location.get(), config.format())
        .map(format -> ofFolder(spark, format, location.get()));
  }

  private static TableSource ofCatalog(SparkSession spark, String name) {
    if (!spark.catalog().tableExists(name)) {
      throw new UnusableDataException(
          "Cannot read table %s: the catalog has no such table; correct the name, or the catalog's settings"
              .formatted(name));
    }
    return new TableSource(spark, CATALOG, name, spark.table(name));
  }

  private static TableSource ofFolder(SparkSession spark, LakeFormat format, String location) {
    IcebergFolder iceberg = new IcebergFolder(location);
    if (format == LakeFormat.ICEBERG) {
      iceberg.requireOwnVersions();
    }
    format.requireJar("read source " + location);
    Dataset<Row> rows =
        switch (format) {
          case DELTA -> spark.read().format(format.label()).load(location);
          case ICEBERG -> iceberg.read(spark, "");
        };
    return new TableSource(spark, format.label(), location, rows);
  }

  private static Optional<LakeFormat> lakeFormat(String location, SourceFormat format) {
    return switch (format) {
      case DELTA -> Optional.of(LakeFormat.DELTA);
      case ICEBERG -> Optional.of(LakeFormat.ICEBERG);
      case AUTO, PARQUET -> ofPlace(location);
      case JSON, JSONL, CSV -> Optional.empty();
    };
  }

  /**
   * What a folder says that it is by its log or metadata. Only one that certainly has neither is
   * read file by file.
   */
  private static Optional<LakeFormat> ofPlace(String location) {
    Path place = new Path(location);
    try {
      FileSystem fileSystem = place.getFileSystem(HadoopSettings.ofThisProcess());
      if (fileSystem.getFileStatus(place).isFile()) {
        return Optional.empty();
      }
      if (fileSystem.exists(new Path(place, DELTA_LOG))) {
        return Optional.of(LakeFormat.DELTA);
      }
      return new IcebergFolder(location).isTable()
          ? Optional.of(LakeFormat.ICEBERG)
          : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty(); // the listing of its files says so
    } catch (IOException e) {
      throw StorageFailure.ofPlace(location, e);
    }
  }

  /** Returns whether it is known by a name of the catalog, not by its place. */
  boolean isOfCatalog() {
    return format.equals(CATALOG);
  }
}
