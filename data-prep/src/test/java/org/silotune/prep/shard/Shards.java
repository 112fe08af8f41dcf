package org.silotune.prep.shard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** Small token shards with made-up ids. */
final class Shards {

  private Shards() {}

  static Row row(String id, String silo, Split split, Integer... tokens) {
    Integer[] labels = tokens.clone();
    labels[0] = -100;
    return RowFactory.create(id, Arrays.asList(tokens), Arrays.asList(labels), silo, split.label());
  }

  /** Returns three silos of 20, 21 and 1 rows, in an order that depends on the seed alone. */
  static List<Row> rows(long shuffleSeed) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row("row-%02d".formatted(i), "a", i < 16 ? Split.TRAIN : Split.TEST, 1, i, 2));
      rows.add(row("row-%02d".formatted(i), "b/ü 1", Split.TRAIN, 1, 2, i + 10, 4));
    }
    rows.add(
        row("long", "b/ü 1", Split.TRAIN, Collections.nCopies(700, 7).toArray(Integer[]::new)));
    rows.add(row("only", "c", Split.TRAIN, 5, 6));
    SplittableRandom random = new SplittableRandom(shuffleSeed);
    for (int i = rows.size() - 1; i > 0; i--) {
      Collections.swap(rows, i, random.nextInt(i + 1));
    }
    return rows;
  }

  static Dataset<Row> dataset(SparkSession spark, List<Row> rows, int partitions) {
    return spark.createDataFrame(rows, TokenShardSchema.SHARDS).repartition(partitions);
  }

  /** Writes a prepared folder with these shards and no held-out text. */
  static ShardManifest write(SparkSession spark, String folder, Dataset<Row> shards) {
    TokenShardWriter writer = TokenShardWriter.open(spark, folder);
    writer.writeShards(shards);
    ShardManifest manifest = manifest(writer.countShards(List.of("a", "b/ü 1", "c", "empty")));
    writer.commit(manifest);
    return manifest;
  }

  static ShardManifest manifest(List<SiloCounts> silos) {
    long rows = silos.stream().mapToLong(SiloCounts::exampleCount).sum();
    return new ShardManifest(
        ShardManifest.SCHEMA_VERSION,
        "aa11",
        "chatml",
        512,
        7,
        JsonNodeFactory.instance.objectNode().put("holdout", 0.1),
        rows + 3,
        rows,
        new TreeMap<>(Map.of("malformed-json", 3L)),
        List.of(),
        silos,
        LengthQuantiles.UNKNOWN,
        ShardManifest.contentSha256(silos));
  }
}
