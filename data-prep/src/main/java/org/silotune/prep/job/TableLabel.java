package org.silotune.prep.job;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardDigest;

/**
 * What a table that follows a prepared folder says of itself, in its properties. A property that it
 * lacks is empty.
 *
 * @param folder the URI of the folder, for people: Spark shows none that looks like a secret
 * @param folderSha256 the sha256 of that URI
 * @param contentSha256 the content hash of what it holds of the folder
 */
record TableLabel(String folder, String folderSha256, String contentSha256) {

  private static final String FOLDER = "silotune.folder";
  private static final String FOLDER_SHA256 = "silotune.folder-sha256";
  private static final String CONTENT_SHA256 = "silotune.content-sha256";

  /** What Delta says, in place of no, of a path where there is no table. */
  private static final String NO_DELTA_TABLE = "DELTA_MISSING_DELTA_TABLE";

  /** Returns the label of a table that holds all of a folder. */
  static TableLabel of(PreparedFolder folder, String contentSha256) {
    return new TableLabel(folder.uri(), ShardDigest.of(folder.uri()), contentSha256);
  }

  /** Reads the label of a table; none where there is no such table. */
  static Optional<TableLabel> read(SparkSession spark, String table) {
    if (!exists(spark, table)) {
      return Optional.empty();
    }
    SortedMap<String, String> properties = new TreeMap<>();
    for (Row property : spark.sql("SHOW TBLPROPERTIES " + table).collectAsList()) {
      properties.put(property.getString(0), property.getString(1));
    }
    return Optional.of(
        new TableLabel(
            properties.getOrDefault(FOLDER, ""),
            properties.getOrDefault(FOLDER_SHA256, ""),
            properties.getOrDefault(CONTENT_SHA256, "")));
  }

  private static boolean exists(SparkSession spark, String table) {
    try {
      return spark.catalog().tableExists(table);
    } catch (Exception e) { // a checked one that Java does not see
      if (e instanceof SparkThrowable said && NO_DELTA_TABLE.equals(said.getCondition())) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Checks that a table follows a folder, and is nobody else's.
   *
   * @throws UnusableDataException that names the other folder, if there is one
   */
  void requireOf(PreparedFolder of, String table) {
    if (!folderSha256.equals(ShardDigest.of(of.uri()))) {
      throw new UnusableDataException(
          "Cannot write table %s: %s; name another one with data.sink.table, or drop it if nobody needs it"
              .formatted(
                  table,
                  folderSha256.isEmpty()
                      ? "it is there already, and prepare did not make it"
                      : "it holds the rows of prepared data %s, not of %s"
                          .formatted(folder, of.uri())));
    }
  }

  /** Adds the label to a table that is to be made. */
  CreateTableWriter<Row> on(CreateTableWriter<Row> table) {
    return table
        .tableProperty(FOLDER, folder)
        .tableProperty(FOLDER_SHA256, folderSha256)
        .tableProperty(CONTENT_SHA256, contentSha256);
  }

  /** Makes it known that a table holds the content now. */
  void putOn(SparkSession spark, String table) {
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')"
            .formatted(table, CONTENT_SHA256, contentSha256));
  }
}
