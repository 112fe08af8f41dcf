package org.silotune.suite.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.ShardTable;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloExtract;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.shard.TokenShardWriter;
import org.silotune.suite.InvalidSuiteException;
import org.silotune.suite.config.DatasetScale;

/**
 * The rows that each arm trains on and those that all are compared on, as prepared folders made of
 * one preparation, so that a row is on the same side of the split in every arm.
 *
 * <p>Which rows of a silo are taken is a function of their ids and, of training rows, of the seed:
 * the first in the order of a hash. Held-out rows are the same for every seed.
 */
final class ArmRows {

  /** The silo of the global arm. */
  static final String ALL = "all";

  private static final long HELD_OUT_SEED = 0;

  private final SparkSession spark;
  private final PreparedFolder prepared;
  private final ShardManifest manifest;
  private final DatasetScale scale;
  private final String folder;
  private final List<String> silos;

  /**
   * Rows of a preparation.
   *
   * @param folder where the folders of the arms go, a path or URI
   */
  ArmRows(SparkSession spark, PreparedFolder prepared, DatasetScale scale, String folder) {
    this.spark = spark;
    this.prepared = prepared;
    this.manifest = prepared.manifest();
    this.scale = scale;
    this.folder = folder;
    this.silos =
        manifest.silos().stream()
            .sorted(
                Comparator.comparing((SiloCounts silo) -> -silo.train().exampleCount())
                    .thenComparing(SiloCounts::name))
            .limit(scale.silos().orElse(Integer.MAX_VALUE))
            .map(SiloCounts::name)
            .sorted()
            .toList();
  }

  /** Returns the silos that take part, in name order. */
  List<String> silos() {
    return silos;
  }

  /**
   * Returns the test rows of all silos.
   *
   * @throws InvalidSuiteException if there are none
   */
  PreparedFolder test() {
    var rows = sampled(HELD_OUT_SEED).where(split(Split.TEST));
    var written = write(folder + "/test", rows, silos, HELD_OUT_SEED);
    if (written.manifest().rowsOut() == 0) {
      throw new InvalidSuiteException(
          "Missing test rows in %s: arms cannot be compared without; raise data.holdout.test"
              .formatted(prepared.uri()));
    }
    return written;
  }

  /** Returns what all silos train on with a seed. */
  PreparedFolder federated(long seed) {
    return write(of(seed, "federated"), trained(seed), silos, seed);
  }

  /** Returns the same rows as one silo's; an id is told apart by its silo. */
  PreparedFolder global(long seed) {
    var rows =
        trained(seed)
            .withColumn(
                TokenShardSchema.EXAMPLE_ID,
                concat(col(TokenShardSchema.SILO), lit("/"), col(TokenShardSchema.EXAMPLE_ID)))
            .withColumn(TokenShardSchema.SILO, lit(ALL));
    return write(of(seed, "global"), rows, List.of(ALL), seed);
  }

  /** Returns what one silo trains on with a seed: its part of the federated arm's rows. */
  PreparedFolder local(long seed, String silo) {
    var target = PreparedFolder.at(of(seed, "local-%02d".formatted(silos.indexOf(silo) + 1)));
    return target.exists()
        ? target
        : SiloExtract.write(federated(seed), List.of(silo), target.uri());
  }

  private String of(long seed, String arm) {
    return "%s/seed-%d/%s".formatted(folder, seed, arm);
  }

  private Dataset<Row> trained(long seed) {
    return sampled(HELD_OUT_SEED)
        .where(split(Split.VALIDATION))
        .unionByName(sampled(seed).where(split(Split.TRAIN)));
  }

  private Dataset<Row> sampled(long seed) {
    Column order =
        sha2(concat(lit(seed + "\n"), col(TokenShardSchema.EXAMPLE_ID)).cast("binary"), 256);
    var window =
        Window.partitionBy(TokenShardSchema.SILO, TokenShardSchema.SPLIT)
            .orderBy(order, col(TokenShardSchema.EXAMPLE_ID));
    return ShardTable.of(spark, prepared)
        .drop(ShardTable.VERSION)
        .where(col(TokenShardSchema.SILO).isin(silos.toArray()))
        .withColumn("place", row_number().over(window))
        .where(
            col("place")
                .leq(
                    when(split(Split.TRAIN), lit(perSilo(scale.train())))
                        .when(split(Split.VALIDATION), lit(perSilo(scale.validation())))
                        .otherwise(lit(perSilo(scale.test())))))
        .drop("place");
  }

  private int perSilo(OptionalInt limit) {
    if (limit.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    return limit.getAsInt() == 0 ? 0 : Math.max(1, limit.getAsInt() / silos.size());
  }

  private static Column split(Split split) {
    return col(TokenShardSchema.SPLIT).equalTo(split.label());
  }

  /**
   * Rows of which the optimizer knows nothing: a silo that it sees to be constant it leaves out of
   * the order of the rows, and sorts by it once more while writing, which loses the rest.
   */
  private Dataset<Row> opaque(Dataset<Row> rows) {
    Column[] columns =
        Stream.of(TokenShardSchema.SHARDS.fieldNames())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return spark.createDataFrame(rows.select(columns).javaRDD(), TokenShardSchema.SHARDS);
  }

  private PreparedFolder write(String to, Dataset<Row> rows, List<String> names, long seed) {
    var target = PreparedFolder.at(to);
    if (target.exists()) {
      return target;
    }
    var writer = TokenShardWriter.open(spark, to);
    writer.writeShards(opaque(rows));
    var counts = writer.countShards(names);
    long count = counts.stream().mapToLong(SiloCounts::exampleCount).sum();
    ObjectNode note = JsonNodeFactory.instance.objectNode();
    note.put("rows-of", manifest.contentSha256()).put("seed", seed);
    return writer.commit(
        new ShardManifest(
            ShardManifest.SCHEMA_VERSION,
            manifest.tokenizerSha256(),
            manifest.template(),
            manifest.maxLength(),
            manifest.seed(),
            note,
            count,
            count,
            new TreeMap<>(),
            List.of(),
            counts,
            LengthQuantiles.UNKNOWN,
            ShardManifest.contentSha256(counts)));
  }
}
