package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;

/**
 * Where one silo's split lies and what it must hold: what a Spark task is given instead of rows.
 *
 * @param folder the prepared folder, as a qualified URI
 * @param silo the silo's name
 * @param split which of its splits
 * @param exampleCount rows the manifest promises
 * @param sha256 over the ordered columns, as the manifest promises
 * @param versions of an incremental folder that hold rows of the silo; none in any other folder
 */
public record TokenShard(
    String folder,
    String silo,
    Split split,
    long exampleCount,
    String sha256,
    List<Integer> versions)
    implements Serializable {

  public TokenShard {
    requireNonNull(folder, "folder");
    requireNonNull(silo, "silo");
    requireNonNull(split, "split");
    requireNonNull(sha256, "sha256");
    versions = List.copyOf(versions);
  }

  /** A shard of a folder that was prepared at once. */
  public TokenShard(String folder, String silo, Split split, long exampleCount, String sha256) {
    this(folder, silo, split, exampleCount, sha256, List.of());
  }

  @Override
  public String toString() {
    return "%s of silo %s in %s".formatted(split.label(), silo, folder);
  }
}
