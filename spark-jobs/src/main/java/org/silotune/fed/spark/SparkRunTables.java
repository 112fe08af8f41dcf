package org.silotune.fed.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunTables;
import org.silotune.fed.run.StorageAction;
import org.silotune.prep.shard.SparkWriteFailure;

/**
 * Writes a run's tables with Spark: {@code tables/<table>/<part>.parquet}, one file a part, renamed
 * into place when whole. A table is read with {@code spark.read().parquet("<run>/tables/rounds")};
 * its folder never holds anything but whole parts.
 */
public final class SparkRunTables implements RunTables {

  private final SparkSession spark;
  private final Path tables;

  /** The tables of a run that this process holds. */
  public SparkRunTables(SparkSession spark, RunDirectory run) {
    this.spark = spark;
    this.tables = new Path(run.uri(FOLDER));
  }

  @Override
  public <R extends Record> void publish(Table table, String part, Class<R> type, List<R> rows) {
    Path file = new Path(new Path(tables, table.label()), part + ".parquet");
    try {
      FileSystem fileSystem = file.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (!fileSystem.exists(file)) {
        if (!fileSystem.mkdirs(file.getParent())) {
          throw new IOException("cannot make the folder " + file.getParent());
        }
        write(fileSystem, file, type, rows);
      }
    } catch (IOException e) {
      throw StorageAction.WRITE.failed(file.toString(), e);
    }
  }

  private <R extends Record> void write(
      FileSystem fileSystem, Path file, Class<R> type, List<R> rows) throws IOException {
    Path temporary =
        new Path(tables, ".tmp-%s-%s".formatted(file.getParent().getName(), file.getName()));
    spark.sparkContext().setJobDescription("Table %s".formatted(file.getParent().getName()));
    writeParquet(
        spark.createDataFrame(RecordRows.rows(type, rows), RecordRows.schema(type)), temporary);
    Path written =
        Arrays.stream(fileSystem.listStatus(temporary))
            .map(FileStatus::getPath)
            .filter(path -> path.getName().endsWith(".parquet"))
            .findFirst()
            .orElseThrow(() -> new IOException("Spark wrote no file in " + temporary));
    if (!fileSystem.rename(written, file)) {
      throw new IOException("cannot rename %s to %s".formatted(written, file));
    }
    fileSystem.delete(temporary, true);
    spark.sparkContext().setJobDescription(null);
  }

  private static void writeParquet(Dataset<Row> rows, Path folder) throws IOException {
    try {
      rows.coalesce(1).write().mode("overwrite").parquet(folder.toString());
    } catch (Exception e) { // Spark's own is a checked one that Java does not see
      Optional<IOException> reason = SparkWriteFailure.of(e);
      if (reason.isPresent()) {
        throw reason.get();
      }
      throw e;
    }
  }
}
