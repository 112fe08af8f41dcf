package org.silotune.prep.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HadoopSettings;

/**
 * A folder that is an Iceberg table and numbers its own versions, {@code
 * metadata/v3.metadata.json}, as tables of a Hadoop catalog do. Which metadata of other tables is
 * current, their catalog knows alone.
 *
 * @param location its path or URI
 */
record IcebergFolder(String location) {

  /** The catalog that Iceberg asks for a table by its path; its default one needs Hive's jars. */
  private static final String CATALOG = "spark.sql.catalog.default_iceberg";

  private static final String OWN_VERSION = "v\\d+(\\.gz)?\\.metadata\\.json(\\.gz)?";

  /**
   * Checks that the folder says which of its versions is current.
   *
   * @throws UnusableDataException if it does not
   */
  void requireOwnVersions() {
    boolean hasOwn;
    try {
      hasOwn = metadata().anyMatch(name -> name.matches(OWN_VERSION));
    } catch (IOException e) {
      throw StorageFailure.ofPlace(location, e);
    }
    if (!hasOwn) {
      throw new UnusableDataException(
          "Cannot read source %s: it has no metadata/vN.metadata.json, so the Iceberg catalog that it belongs to knows alone which rows it has; name it with data.source.table, and the catalog under spark.settings"
              .formatted(location));
    }
  }

  /** Returns whether it looks like an Iceberg table, of whatever catalog. */
  boolean isTable() throws IOException {
    return metadata().anyMatch(name -> name.endsWith(".metadata.json"));
  }

  /**
   * Returns its rows, or with {@code #refs} and the like behind its location what is said of it.
   */
  Dataset<Row> read(SparkSession spark, String selector) {
    RuntimeConfig settings = spark.conf();
    if (settings.getOption(CATALOG).isEmpty()) {
      settings.set(CATALOG, "org.apache.iceberg.spark.SparkCatalog");
      settings.set(CATALOG + ".type", "hadoop");
      settings.set(
          CATALOG + ".warehouse", location); // asked for paths, it looks for no names there
      settings.set(CATALOG + ".cache-enabled", "false"); // as Iceberg has it for its own
    }
    return spark.read().format(LakeFormat.ICEBERG.label()).load(location + selector);
  }

  private Stream<String> metadata() throws IOException {
    Path metadata = new Path(location, "metadata");
    FileSystem fileSystem = metadata.getFileSystem(HadoopSettings.ofThisProcess());
    try {
      return Stream.of(fileSystem.listStatus(metadata))
          .map(file -> file.getPath().getName())
          .sorted();
    } catch (FileNotFoundException e) {
      return Stream.empty();
    }
  }
}
