package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * What one silo's split holds.
 *
 * @param exampleCount rows
 * @param tokenCount input ids over all rows
 * @param trainedTokenCount positions that carry loss
 * @param truncatedCount rows whose end was cut to the maximum length
 * @param sha256 over the ordered columns, lower-case hex
 */
public record ShardCounts(
    long exampleCount, long tokenCount, long trainedTokenCount, long truncatedCount, String sha256)
    implements Serializable {

  /** A split without rows. */
  public static final ShardCounts EMPTY = new ShardCounts(0, 0, 0, 0, new ShardDigest().hex());

  public ShardCounts {
    requireNonNull(sha256, "sha256");
  }

  /** Returns the same counts with another number of truncated rows. */
  public ShardCounts withTruncatedCount(long count) {
    return new ShardCounts(exampleCount, tokenCount, trainedTokenCount, count, sha256);
  }
}
