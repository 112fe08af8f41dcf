package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.ShardTable;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.TokenShardSchema;

/**
 * The examples of a prepared folder as a Delta or Iceberg table: the columns of its shards and the
 * version each row came with.
 *
 * <p>The folder is what counts, and the table follows it: its {@link TableLabel} names the folder
 * and what it holds of it, so that whoever brings it up to date writes what is missing and no more,
 * also after a process was killed on the way, and writes no table of anybody else.
 */
public final class PreparedTable {

  private final SparkSession spark;
  private final SinkConfig sink;
  private final PreparedFolder folder;

  private PreparedTable(SparkSession spark, SinkConfig sink, PreparedFolder folder) {
    this.spark = spark;
    this.sink = sink;
    this.folder = folder;
  }

  /**
   * Checks, before anything is prepared, that such a table can be written.
   *
   * @throws UnusableDataException that names the missing jar
   */
  public static void requireJar(SinkConfig sink) {
    sink.format().requireJar("write table " + sink.table());
  }

  /**
   * Checks, before anything is prepared, that there is no such table, or that it follows a folder.
   *
   * @param folder which need not be there yet
   * @throws UnusableDataException if it is another's
   * @throws PreparationException if the catalog cannot be asked
   */
  public static void requireOwn(SparkSession spark, SinkConfig sink, PreparedFolder folder) {
    var unused = new PreparedTable(spark, sink, folder).label();
  }

  /**
   * Brings a table up to date with a folder, and makes it where it is missing.
   *
   * @return whether it was not
   * @throws UnusableDataException if the table is not of this folder
   * @throws PreparationException if it cannot be written
   */
  public static boolean follow(SparkSession spark, SinkConfig sink, PreparedFolder folder) {
    return new PreparedTable(spark, sink, folder).follow();
  }

  private boolean follow() {
    ShardManifest manifest = folder.manifest();
    TableLabel label = TableLabel.of(folder, manifest.contentSha256());
    Optional<TableLabel> there = label();
    if (there.map(TableLabel::contentSha256).equals(Optional.of(label.contentSha256()))) {
      return false;
    }
    Optional<ShardManifest> before =
        there
            .flatMap(old -> folder.asOf(old.contentSha256()))
            .map(PreparedFolder::manifest)
            .filter(ShardManifest::hasVersions);
    try {
      if (before.isPresent()) {
        add(before.get(), manifest);
        label.putOn(spark, sink.table());
      } else if (there.isPresent()) {
        whole(manifest, label).replace();
      } else {
        whole(manifest, label).create();
      }
      return true;
    } catch (Exception e) { // Spark's own is a checked one that Java does not see
      throw new PreparationException(
          "Cannot write table %s: %s; see to the catalog's settings (spark.settings), the folder %s is complete: give the same command again"
              .formatted(sink.table(), firstLine(e), folder.uri()),
          e);
    }
  }

  private Optional<TableLabel> label() {
    Optional<TableLabel> label;
    try {
      label = TableLabel.read(spark, sink.table());
    } catch (Exception e) { // as above
      throw new PreparationException(
          "Cannot look for table %s: %s; see to its name (data.sink.table) and to the catalog's settings (spark.settings)"
              .formatted(sink.table(), firstLine(e)),
          e);
    }
    label.ifPresent(found -> found.requireOf(folder, sink.table()));
    return label;
  }

  private CreateTableWriter<Row> whole(ShardManifest manifest, TableLabel label) {
    return label.on(
        ShardTable.after(spark, folder, manifest, 0)
            .writeTo(sink.table())
            .using(sink.format().label())
            .partitionedBy(
                col(ShardTable.VERSION), col(TokenShardSchema.SILO), col(TokenShardSchema.SPLIT)));
  }

  private void add(ShardManifest before, ShardManifest now) throws NoSuchTableException {
    Column isOld = col(ShardTable.VERSION).gt(before.version());
    TreeSet<String> stale = new TreeSet<>();
    for (SiloCounts silo : before.silos()) {
      if (!versions(now, silo.name()).containsAll(silo.versions())) {
        stale.add(silo.name());
      }
    }
    ShardTable.after(spark, folder, now, before.version())
        .writeTo(sink.table())
        .overwrite(
            stale.isEmpty() ? isOld : isOld.or(col(TokenShardSchema.SILO).isin(stale.toArray())));
  }

  private static List<Integer> versions(ShardManifest now, String silo) {
    return now.silos().stream()
        .filter(counts -> counts.name().equals(silo))
        .findFirst()
        .map(SiloCounts::versions)
        .orElse(List.of());
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
