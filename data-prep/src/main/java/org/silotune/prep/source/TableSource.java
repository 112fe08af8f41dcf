package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;
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
  private static final String DELTA_LOG = "_delta_log";

  /**
   * Returns the table that a source is; none if it is a source of files.
   *
   * @throws UnusableDataException if there is no such table, or the jar of its format is missing
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
      case AUTO, PARQUET -> lakeFormat(new Path(location));
      case JSON, JSONL, CSV -> Optional.empty();
    };
  }

  /** What a folder says that it is by its log or metadata. */
  private static Optional<LakeFormat> lakeFormat(Path folder) {
    try {
      FileSystem fileSystem = folder.getFileSystem(HadoopSettings.ofThisProcess());
      if (fileSystem.exists(new Path(folder, DELTA_LOG))) {
        return Optional.of(LakeFormat.DELTA);
      }
      return new IcebergFolder(folder.toString()).isTable()
          ? Optional.of(LakeFormat.ICEBERG)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the listing of its files says why
    }
  }

  /**
   * Returns what tells the present content from any other: a snapshot's id, or a text that changes
   * with the files the table is made of. Empty where nobody can tell.
   */
  String snapshot() {
    return switch (provider()) {
      case "delta" -> deltaVersion();
      case "iceberg" -> icebergSnapshot();
      default -> files();
    };
  }

  private String provider() {
    if (!format.equals(CATALOG)) {
      return format;
    }
    return spark
        .sql("DESCRIBE TABLE EXTENDED " + name)
        .where(col("col_name").equalTo("Provider"))
        .collectAsList()
        .stream()
        .map(row -> row.getString(1))
        .findFirst()
        .orElse("");
  }

  /** The name and time of the last commit: a table that was made anew has another time. */
  private String deltaVersion() {
    if (!format.equals(CATALOG)) {
      return "commit " + lastCommit(new Path(name, DELTA_LOG));
    }
    Row last = spark.sql("DESCRIBE HISTORY " + name + " LIMIT 1").first();
    return "version %d of %s"
        .formatted(last.<Long>getAs("version"), last.getAs("timestamp").toString());
  }

  private static String lastCommit(Path log) {
    try {
      FileSystem fileSystem = log.getFileSystem(HadoopSettings.ofThisProcess());
      return Arrays.stream(fileSystem.listStatus(log))
          .filter(file -> file.getPath().getName().matches("\\d{20}\\.json"))
          .max((a, b) -> a.getPath().getName().compareTo(b.getPath().getName()))
          .map(file -> commit(file))
          .orElse("");
    } catch (FileNotFoundException e) {
      return "";
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read source %s: %s; see that it can be reached and may be read"
              .formatted(log, LlmException.reason(e)),
          e);
    }
  }

  private static String commit(FileStatus file) {
    return "%s of %d".formatted(file.getPath().getName(), file.getModificationTime());
  }

  private String icebergSnapshot() {
    Dataset<Row> refs =
        format.equals(CATALOG)
            ? spark.table(name + ".refs")
            : new IcebergFolder(name).read(spark, "#refs");
    return refs.where(col("name").equalTo("main")).select("snapshot_id").collectAsList().stream()
        .map(row -> "snapshot " + row.getLong(0))
        .findFirst()
        .orElse("snapshot none");
  }

  /** The files of a table that is made of nothing else. */
  private String files() {
    boolean isOneRelation = rows.queryExecution().analyzed().collectLeaves().size() == 1;
    String[] files = rows.inputFiles();
    if (!isOneRelation || files.length == 0) {
      return "";
    }
    return FileDigests.of(
            spark, Stream.of(files).map(SourceFile::ofEncodedUri).collect(Collectors.toList()))
        .combined();
  }
}
