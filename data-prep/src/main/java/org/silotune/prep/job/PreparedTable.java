package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.ShardTable;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.TokenShardSchema;

/**
 * The examples of a prepared folder as a Delta or Iceberg table: the columns of its shards and the
 * version each row came with.
 *
 * <p>The folder is what counts, and the table follows it: it carries the content hash of the folder
 * it holds, so that whoever brings it up to date writes what is missing and no more, also after a
 * process was killed on the way.
 */
public final class PreparedTable {

  /** The table's property with the content hash of the folder that it holds. */
  static final String CONTENT = "silotune.content-sha256";

  private final SparkSession spark;
  private final SinkConfig sink;
  private final PreparedFolder folder;
  private final ShardManifest manifest;

  private PreparedTable(SparkSession spark, SinkConfig sink, PreparedFolder folder) {
    this.spark = spark;
    this.sink = sink;
    this.folder = folder;
    this.manifest = folder.manifest();
  }

  /**
   * Checks, before anything is prepared, that such a table can be written.
   *
   * @throws org.silotune.prep.UnusableDataException that names the missing jar
   */
  public static void requireJar(SinkConfig sink) {
    sink.format().requireJar("write table " + sink.table());
  }

  /**
   * Brings a table up to date with a folder, and makes it where it is missing.
   *
   * @return whether it was not
   * @throws PreparationException if it cannot be written
   */
  public static boolean follow(SparkSession spark, SinkConfig sink, PreparedFolder folder) {
    return new PreparedTable(spark, sink, folder).follow();
  }

  private boolean follow() {
    Optional<String> holds =
        spark.catalog().tableExists(sink.table()) ? content() : Optional.empty();
    if (holds.equals(Optional.of(manifest.contentSha256()))) {
      return false;
    }
    Optional<ShardManifest> before =
        holds
            .flatMap(folder::asOf)
            .map(PreparedFolder::manifest)
            .filter(ShardManifest::hasVersions);
    try {
      if (before.isPresent()) {
        add(before.get());
      } else {
        ShardTable.after(spark, folder, manifest, 0)
            .writeTo(sink.table())
            .using(sink.format().label())
            .partitionedBy(
                col(ShardTable.VERSION), col(TokenShardSchema.SILO), col(TokenShardSchema.SPLIT))
            .createOrReplace();
      }
      spark.sql(
          "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')"
              .formatted(sink.table(), CONTENT, manifest.contentSha256()));
      return true;
    } catch (Exception e) { // Spark's own is a checked one that Java does not see
      throw new PreparationException(
          "Cannot write table %s: %s; see to the catalog's settings (spark.settings), the folder %s is complete: give the same command again"
              .formatted(sink.table(), firstLine(e), folder.uri()),
          e);
    }
  }

  private void add(ShardManifest before) throws NoSuchTableException {
    Column isOld = col(ShardTable.VERSION).gt(before.version());
    TreeSet<String> stale = new TreeSet<>();
    for (SiloCounts silo : before.silos()) {
      if (!versions(silo.name()).containsAll(silo.versions())) {
        stale.add(silo.name());
      }
    }
    ShardTable.after(spark, folder, manifest, before.version())
        .writeTo(sink.table())
        .overwrite(
            stale.isEmpty() ? isOld : isOld.or(col(TokenShardSchema.SILO).isin(stale.toArray())));
  }

  private List<Integer> versions(String silo) {
    return manifest.silos().stream()
        .filter(counts -> counts.name().equals(silo))
        .findFirst()
        .map(SiloCounts::versions)
        .orElse(List.of());
  }

  private Optional<String> content() {
    return spark
        .sql("SHOW TBLPROPERTIES %s ('%s')".formatted(sink.table(), CONTENT))
        .collectAsList()
        .stream()
        .map(row -> row.getString(1))
        .filter(value -> value.matches("[0-9a-f]{64}"))
        .findFirst();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
