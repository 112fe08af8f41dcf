package org.silotune.prep.shard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;

/**
 * Reads token shards where they are needed: inside a task, without a Spark session, straight from
 * Parquet. Every read is checked against the manifest's row count and hash.
 */
public final class TokenShardReader {

  /** The order of example ids: that of their UTF-8 bytes. */
  static final Comparator<String> BY_ID =
      Comparator.comparing(id -> id.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private TokenShardReader() {}

  /**
   * Returns a silo's split, in ascending order of the example ids' UTF-8 bytes.
   *
   * @param folder path or URI of the prepared folder
   * @throws PreparationException if the folder has no such silo, or a shard is missing or changed
   */
  public static List<TokenizedExample> read(String folder, String silo, Split split) {
    PreparedFolder prepared = PreparedFolder.at(folder);
    return read(prepared.shard(prepared.manifest(), silo, split));
  }

  /**
   * Returns the examples of a shard, in ascending order of the example ids' UTF-8 bytes.
   *
   * @throws PreparationException if the shard is missing, or is not what the manifest promises
   */
  public static List<TokenizedExample> read(TokenShard shard) {
    List<TokenizedExample> examples = new ArrayList<>(Math.toIntExact(shard.exampleCount()));
    ShardDigest digest = new ShardDigest();
    new MergedParts(
            PreparedFolder.at(shard.folder()).parts(shard.versions()), shard.silo(), shard.split())
        .forEach(
            example -> {
              digest.add(example);
              examples.add(example);
            });
    if (examples.size() != shard.exampleCount()) {
      throw new PreparationException(
          "Cannot read %s: found %d rows, the manifest says %d; prepare the data again"
              .formatted(shard, examples.size(), shard.exampleCount()));
    }
    String sha256 = digest.hex();
    if (!sha256.equals(shard.sha256())) {
      throw new PreparationException(
          "Cannot read %s: content has sha256 %s, the manifest says %s; prepare the data again"
              .formatted(shard, sha256, shard.sha256()));
    }
    return examples;
  }

  /** Returns what a (silo, split) partition holds, by reading it; no row counts as truncated. */
  static ShardCounts count(List<PreparedFolder> parts, String silo, Split split) {
    ShardDigest digest = new ShardDigest();
    long[] totals = new long[3];
    byte[][] previous = new byte[1][];
    new MergedParts(parts, silo, split)
        .forEach(
            example -> {
              byte[] id = example.id().getBytes(StandardCharsets.UTF_8);
              if (previous[0] != null && Arrays.compareUnsigned(previous[0], id) >= 0) {
                throw new IllegalStateException("Examples out of order at " + example.id());
              }
              previous[0] = id;
              digest.add(example);
              totals[0]++;
              totals[1] += example.length();
              totals[2] += example.trainedTokens();
            });
    return new ShardCounts(totals[0], totals[1], totals[2], 0, digest.hex());
  }
}
