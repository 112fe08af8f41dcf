package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_millis;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.datasources.CatalogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.silotune.prep.shard.HadoopSettings;
import org.silotune.prep.shard.ShardDigest;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A table as it was when it was looked at.
 *
 * @param id what tells its content from any other: a snapshot's number, or a text that changes with
 *     the files the table is made of. Empty where nobody can tell
 * @param rows those of the snapshot
 * @param isPinned whether the rows stay the same whatever is written; else they are those there are
 *     when they are read
 */
record TableSnapshot(String id, Dataset<Row> rows, boolean isPinned) {

  private static final String UNKNOWN = "";

  /** Looks at a table: Delta and Iceberg keep what they held, others are known by their files. */
  static TableSnapshot of(TableSource table) {
    return switch (provider(table)) {
      case "delta" -> ofDelta(table);
      case "iceberg" -> ofIceberg(table);
      default -> new TableSnapshot(files(table), table.rows(), /* isPinned= */ false);
    };
  }

  private static String provider(TableSource table) {
    if (!table.isOfCatalog()) {
      return table.format();
    }
    return table
        .spark()
        .sql("DESCRIBE TABLE EXTENDED " + table.name())
        .where(col("col_name").equalTo("Provider"))
        .collectAsList()
        .stream()
        .map(row -> row.getString(1))
        .findFirst()
        .orElse("");
  }

  /** The last commit and its time: a table that was made anew has another time. */
  private static TableSnapshot ofDelta(TableSource table) {
    SparkSession spark = table.spark();
    if (table.isOfCatalog()) {
      Row last =
          spark
              .sql("DESCRIBE HISTORY " + table.name() + " LIMIT 1")
              .select(col("version"), unix_millis(col("timestamp")))
              .first();
      long version = last.getLong(0);
      return new TableSnapshot(
          "version %d of %d".formatted(version, last.getLong(1)),
          spark.sql("SELECT * FROM %s VERSION AS OF %d".formatted(table.name(), version)),
          /* isPinned= */ true);
    }
    Optional<FileStatus> last = lastCommit(new Path(table.name(), TableSource.DELTA_LOG));
    if (last.isEmpty()) {
      return new TableSnapshot(UNKNOWN, table.rows(), /* isPinned= */ false);
    }
    String name = last.get().getPath().getName();
    return new TableSnapshot(
        "commit %s of %d".formatted(name, last.get().getModificationTime()),
        spark
            .read()
            .format(table.format())
            .option("versionAsOf", Long.parseLong(name.substring(0, name.indexOf('.'))))
            .load(table.name()),
        /* isPinned= */ true);
  }

  private static Optional<FileStatus> lastCommit(Path log) {
    try {
      FileSystem fileSystem = log.getFileSystem(HadoopSettings.ofThisProcess());
      return Arrays.stream(fileSystem.listStatus(log))
          .filter(file -> file.getPath().getName().matches("\\d{20}\\.json"))
          .max((a, b) -> a.getPath().getName().compareTo(b.getPath().getName()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageFailure.ofPlace(log.toString(), e);
    }
  }

  private static TableSnapshot ofIceberg(TableSource table) {
    SparkSession spark = table.spark();
    Dataset<Row> refs =
        table.isOfCatalog()
            ? spark.table(table.name() + ".refs")
            : new IcebergFolder(table.name()).read(spark, "#refs");
    return refs.where(col("name").equalTo("main")).select("snapshot_id").collectAsList().stream()
        .map(row -> row.getLong(0))
        .findFirst()
        .map(id -> new TableSnapshot("snapshot " + id, iceberg(table, id), /* isPinned= */ true))
        .orElseGet(
            () ->
                new TableSnapshot(
                    "snapshot none", table.rows().where(lit(false)), /* isPinned= */ true));
  }

  private static Dataset<Row> iceberg(TableSource table, long id) {
    return table.isOfCatalog()
        ? table.spark().sql("SELECT * FROM %s VERSION AS OF %d".formatted(table.name(), id))
        : table.spark().read().format("iceberg").option("versionAsOf", id).load(table.name());
  }

  /** The files of a table that is made of nothing else, and how they are read. */
  private static String files(TableSource table) {
    Optional<HadoopFsRelation> relation = plainFiles(table.rows().queryExecution().analyzed());
    String[] files = table.rows().inputFiles();
    if (relation.isEmpty() || files.length == 0) {
      return UNKNOWN;
    }
    SortedMap<String, String> options =
        new TreeMap<>(CollectionConverters.asJava(relation.get().options()));
    options.remove("path"); // where they lie changes no row
    return "%s, read as %s"
        .formatted(
            FileDigests.of(
                    table.spark(),
                    Stream.of(files).map(SourceFile::ofEncodedUri).collect(Collectors.toList()))
                .combined(),
            ShardDigest.of(relation.get().schema().json() + options));
  }

  /**
   * The files that a plan reads and does nothing else. What a view computes may change while its
   * files stay: it can be defined anew, or ask for the day.
   */
  private static Optional<HadoopFsRelation> plainFiles(LogicalPlan plan) {
    LogicalPlan rows = plan;
    boolean isView = false;
    while (rows instanceof SubqueryAlias || rows instanceof View) {
      isView |= rows instanceof View;
      rows = rows.children().head();
    }
    boolean isComputed = isView && rows.children().nonEmpty();
    Seq<LogicalPlan> leaves = rows.collectLeaves();
    return !isComputed
            && leaves.size() == 1
            && leaves.head() instanceof LogicalRelation relation
            && relation.relation() instanceof HadoopFsRelation files
            && isPlain(files.location())
        ? Optional.of(files)
        : Optional.empty();
  }

  /** Other indexes, such as Delta's, say that some rows of a file are deleted. */
  private static boolean isPlain(FileIndex index) {
    return index instanceof PartitioningAwareFileIndex || index instanceof CatalogFileIndex;
  }
}
