package org.silotune.prep.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;

/**
 * Writes a version of an incremental folder. All of it goes to a folder beside; one rename puts it
 * among the versions, where nobody looks yet, and the manifest that then takes the place of the one
 * before it makes it count. What a killed preparation left is removed by the next one.
 */
public final class VersionWriter {

  private final SparkSession spark;
  private final PreparedFolder target;
  private final int version;
  private final PreparedFolder part;
  private final TokenShardWriter rows;

  private VersionWriter(SparkSession spark, PreparedFolder target, int version) {
    this.spark = spark;
    this.target = target;
    this.version = version;
    this.part = target.unfinished().part(version);
    this.rows = new TokenShardWriter(spark, target, part);
  }

  /**
   * Opens a writer, and removes what a killed preparation left; who calls it holds the folder.
   *
   * @param version the number of the version to write, from 1
   * @throws PreparationException if there is a version of the folder already and it has no manifest
   */
  public static VersionWriter open(SparkSession spark, PreparedFolder target, int version) {
    VersionWriter writer = new VersionWriter(spark, target, version);
    try {
      if (target.exists()) {
        target.recover();
      } else if (target.isOccupied()) {
        throw new PreparationException(
            "Cannot prepare into %s: the folder is not empty; name another folder or remove it"
                .formatted(target.uri()));
      }
    } catch (IOException e) {
      throw writer.rows.cannotWrite(e);
    }
    target.removeUnfinished();
    return writer;
  }

  /** Returns the writer of the version's own rows. */
  public TokenShardWriter rows() {
    return rows;
  }

  /**
   * Counts and hashes silos over all versions that hold rows of them, on the executors, through the
   * reader that training uses.
   *
   * @param versionsBySilo this version among them, once its rows are written
   * @return one entry a silo, in name order, with no truncated and no quarantined rows
   */
  public List<SiloCounts> count(SortedMap<String, List<Integer>> versionsBySilo) {
    List<Holding> holdings = new ArrayList<>();
    versionsBySilo.forEach(
        (silo, versions) ->
            holdings.add(
                new Holding(
                    silo,
                    versions.stream()
                        .map(v -> v == version ? part.uri() : target.part(v).uri())
                        .toList())));
    if (holdings.isEmpty()) {
      return List.of();
    }
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(holdings, holdings.size())
        .map(Holding::count)
        .collect();
  }

  /** Ends the version: from now on the manifest is the folder's, and its rows count. */
  public PreparedFolder commit(ShardManifest manifest, VersionState state) {
    try {
      part.writeState(state);
      part.writeManifest(manifest);
      if (target.exists()) {
        part.moveTo(target.part(version));
        target.replaceManifest(manifest);
        target.removeUnfinished();
      } else {
        PreparedFolder unfinished = target.unfinished();
        unfinished.writeManifest(manifest);
        unfinished.renameTo(target);
      }
    } catch (IOException e) {
      throw rows.cannotWrite(e);
    }
    return target;
  }

  /** Where a silo's rows are: the folders of versions. */
  private record Holding(String silo, List<String> parts) implements java.io.Serializable {

    SiloCounts count() {
      return TokenShardWriter.count(parts.stream().map(PreparedFolder::at).toList(), silo);
    }
  }
}
