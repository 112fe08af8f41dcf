package org.silotune.prep.shard;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.parquet.hadoop.util.HadoopInputFile;
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
    forEach(
        PreparedFolder.at(shard.folder()).parts(shard.versions()),
        shard.silo(),
        shard.split(),
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

  /**
   * Goes through the examples of a (silo, split) partition in the order of their ids; a partition
   * that is absent has none. Each part is in this order: they are merged, one example of each at a
   * time.
   */
  private static void forEach(
      List<PreparedFolder> parts, String silo, Split split, Consumer<TokenizedExample> action) {
    PriorityQueue<PartFiles<TokenizedExample>> open =
        new PriorityQueue<>(Comparator.comparing(part -> part.peek().id(), BY_ID));
    try (Closeables all = new Closeables()) {
      for (PreparedFolder part : parts) {
        PartFiles<TokenizedExample> files = all.add(open(part, silo, split));
        if (files.hasNext()) {
          open.add(files);
        }
      }
      while (!open.isEmpty()) {
        PartFiles<TokenizedExample> first = open.remove();
        action.accept(first.next());
        if (first.hasNext()) {
          open.add(first);
        }
      }
    } catch (IOException e) {
      throw unreadable(parts.get(0), silo, split, e);
    }
  }

  private static PartFiles<TokenizedExample> open(PreparedFolder part, String silo, Split split) {
    try {
      return new PartFiles<>(
          part.files(part.shards(), silo, split),
          file ->
              new ExampleReader(HadoopInputFile.fromPath(file, part.hadoopConfiguration())).build(),
          e -> unreadable(part, silo, split, e));
    } catch (IOException e) {
      throw unreadable(part, silo, split, e);
    }
  }

  private static PreparationException unreadable(
      PreparedFolder part, String silo, Split split, IOException e) {
    return new PreparationException(
        "Cannot read %s of silo %s in %s: %s"
            .formatted(split.label(), silo, part.uri(), e.getMessage()),
        e);
  }

  /** Returns what a (silo, split) partition holds, by reading it; no row counts as truncated. */
  static ShardCounts count(List<PreparedFolder> parts, String silo, Split split) {
    ShardDigest digest = new ShardDigest();
    long[] totals = new long[3];
    byte[][] previous = new byte[1][];
    forEach(
        parts,
        silo,
        split,
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

  /** Files that are open, closed together. */
  private static final class Closeables implements Closeable {

    private final List<Closeable> open = new ArrayList<>();

    <T extends Closeable> T add(T one) {
      open.add(one);
      return one;
    }

    @Override
    public void close() throws IOException {
      for (Closeable one : open) {
        one.close();
      }
    }
  }
}
