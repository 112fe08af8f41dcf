package org.silotune.prep.job;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.silotune.prep.shard.HighWaterMark;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/**
 * What an incremental preparation came to.
 *
 * @param folder where it is
 * @param manifest of the present version, which is the one before if nothing was new
 * @param isNew whether a version was written; else nothing was, and no file was touched
 * @param newRows rows that went into the shards or to quarantine
 * @param lateRows rows of the source that came too late, now or earlier: at or below the high-water
 *     mark, and in no version
 * @param preparedAgain silos all rows of which were prepared again, for a file of theirs changed
 * @param mark the highest value of the high-water column so far
 */
public record PreparedVersion(
    PreparedFolder folder,
    ShardManifest manifest,
    boolean isNew,
    long newRows,
    long lateRows,
    List<String> preparedAgain,
    Optional<HighWaterMark> mark) {

  public PreparedVersion {
    requireNonNull(folder, "folder");
    requireNonNull(manifest, "manifest");
    preparedAgain = List.copyOf(preparedAgain);
    requireNonNull(mark, "mark");
  }
}
