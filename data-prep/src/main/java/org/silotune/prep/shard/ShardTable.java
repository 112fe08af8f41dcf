package org.silotune.prep.shard;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The examples of a prepared folder as rows of Spark: those that its manifest counts. */
public final class ShardTable {

  /** The version of the folder that a row came with; 0 where a folder has none. */
  public static final String VERSION = "version";

  private ShardTable() {}

  /** Returns the columns of {@link TokenShardSchema#SHARDS} and {@link #VERSION}. */
  public static Dataset<Row> of(SparkSession spark, PreparedFolder folder) {
    return after(spark, folder, folder.manifest(), 0);
  }

  /**
   * Returns the rows of the versions after one.
   *
   * @param version 0 for all
   */
  public static Dataset<Row> after(
      SparkSession spark, PreparedFolder folder, ShardManifest manifest, int version) {
    TreeMap<Integer, List<String>> silosByVersion = new TreeMap<>();
    for (SiloCounts silo : manifest.silos()) {
      for (int v : silo.versions()) {
        silosByVersion.computeIfAbsent(v, key -> new ArrayList<>()).add(silo.name());
      }
    }
    Stream<Dataset<Row>> parts =
        manifest.hasVersions()
            ? silosByVersion.tailMap(version, /* inclusive= */ false).entrySet().stream()
                .map(
                    part ->
                        rows(spark, folder.shards(part.getKey()), part.getKey(), part.getValue()))
            : Stream.of(rows(spark, folder.shards(), 0, manifest.siloNames()));
    return parts
        .reduce(Dataset::union)
        .orElseGet(
            () ->
                spark
                    .createDataFrame(List.of(), TokenShardSchema.SHARDS)
                    .withColumn(VERSION, lit(0)));
  }

  private static Dataset<Row> rows(
      SparkSession spark, String shards, int version, List<String> silos) {
    return spark
        .read()
        .schema(TokenShardSchema.SHARDS)
        .parquet(shards)
        .where(col(TokenShardSchema.SILO).isin(silos.toArray()))
        .withColumn(VERSION, lit(version));
  }
}
