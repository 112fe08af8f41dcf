package org.silotune.prep.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;

/**
 * Writes a version of an incremental folder, into a place of its own among the versions, where
 * nobody looks before it counts. It counts from the moment when its commit file is there, which
 * only one of several writers that began with the same version can make. What a killed writer left
 * is removed once it cannot count any more.
 */
public final class VersionWriter implements AutoCloseable {

  private final SparkSession spark;
  private final PreparedFolder target;
  private final int version;
  private final PreparedFolder part;
  private final TokenShardWriter rows;
  private final VersionCommits.Next place;
  private boolean mayCount;

  private VersionWriter(
      SparkSession spark, PreparedFolder target, int version, VersionCommits.Next place) {
    this.spark = spark;
    this.target = target;
    this.version = version;
    this.place = place;
    this.part = target.part(version);
    this.rows = new TokenShardWriter(spark, target, part);
  }

  /**
   * Opens a writer of a version that nobody else writes.
   *
   * @param before the versions that count, the last one that the new one is made after
   * @throws PreparationException if there is none and the folder holds something, or if another
   *     process has added a version since
   */
  public static VersionWriter open(
      SparkSession spark, PreparedFolder target, List<Integer> before) {
    try {
      if (before.isEmpty() && !target.exists() && target.holdsOtherThanVersions()) {
        throw new PreparationException(
            "Cannot prepare into %s: the folder is not empty; name another folder or remove it"
                .formatted(target.uri()));
      }
      VersionCommits.Next place = target.commits().next();
      int last = before.stream().reduce(0, Math::max);
      if (place.after().orElse(0) != last) {
        throw tooLate(target, place.after().orElse(0));
      }
      for (int begun : target.versionsBegun()) {
        if (begun < last && !before.contains(begun)) { // it began before the last, and is too late
          target.part(begun).delete();
        }
      }
      return new VersionWriter(spark, target, target.claimVersion(last), place);
    } catch (IOException e) {
      throw new TokenShardWriter(spark, target, target).cannotWrite(e);
    }
  }

  /** Returns the number of the version. */
  public int version() {
    return version;
  }

  /** Removes what was written, unless it counts, or may: storage can fail after it has done it. */
  @Override
  public void close() {
    if (mayCount) {
      return;
    }
    try {
      target.deleteVersion(version);
    } catch (IOException e) {
      // What stays counts for nothing, and goes after the next version.
    }
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
                new Holding(silo, versions.stream().map(v -> target.part(v).uri()).toList())));
    if (holdings.isEmpty()) {
      return List.of();
    }
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(holdings, holdings.size())
        .map(Holding::count)
        .collect();
  }

  /**
   * Ends the version: from now on its manifest is the folder's, and its rows count.
   *
   * @throws PreparationException if another process has added a version meanwhile
   */
  public PreparedFolder commit(ShardManifest manifest, VersionState state) {
    try {
      part.writeState(state);
      part.writeManifest(manifest);
      mayCount = true;
      int added = target.commits().add(place, version);
      if (added != version) {
        mayCount = false;
        throw tooLate(target, added);
      }
    } catch (IOException e) {
      throw rows.cannotWrite(e);
    }
    return target;
  }

  private static PreparationException tooLate(PreparedFolder target, int added) {
    return new PreparationException(
        "Cannot add a version to prepared data %s: another process added version %d meanwhile, from the same version before; nothing of this one counts, give the command again and only once at a time"
            .formatted(target.uri(), added));
  }

  /** Where a silo's rows are: the folders of versions. */
  private record Holding(String silo, List<String> parts) implements java.io.Serializable {

    SiloCounts count() {
      return TokenShardWriter.count(parts.stream().map(PreparedFolder::at).toList(), silo);
    }
  }
}
