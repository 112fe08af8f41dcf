package org.silotune.prep.shard;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.replace;
import static org.apache.spark.sql.functions.url_decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The examples of a prepared folder as rows of Spark: those that its manifest counts.
 *
 * <p>It is one read, however many versions there are. Each of them has a table of its own, and
 * Spark knows no partitions over several tables: version, silo and split are read off the place of
 * a row's file. A condition on them is checked before files are read.
 */
public final class ShardTable {

  /** The version of the folder that a row came with; 0 where a folder has none. */
  public static final String VERSION = "version";

  private static final StructType IN_FILES =
      new StructType(
          Stream.of(TokenShardSchema.SHARDS.fields())
              .filter(field -> !isInPlace(field))
              .toArray(StructField[]::new));

  private ShardTable() {}

  private static boolean isInPlace(StructField field) {
    return List.of(TokenShardSchema.SILO, TokenShardSchema.SPLIT).contains(field.name());
  }

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
    TreeMap<Integer, List<String>> silosBySince = new TreeMap<>();
    TreeSet<Integer> versions = new TreeSet<>();
    for (SiloCounts silo : manifest.silos()) {
      int since = silo.versions().stream().reduce(Math::min).orElse(0);
      silosBySince.computeIfAbsent(since, key -> new ArrayList<>()).add(silo.name());
      versions.addAll(silo.versions());
    }
    String[] tables =
        manifest.hasVersions()
            ? versions.tailSet(version, /* inclusive= */ false).stream()
                .map(folder::shards)
                .toArray(String[]::new)
            : new String[] {folder.shards()};
    if (tables.length == 0) {
      return spark.createDataFrame(List.of(), TokenShardSchema.SHARDS).withColumn(VERSION, lit(0));
    }
    return rows(spark, tables, manifest.hasVersions()).where(counts(silosBySince));
  }

  /** A silo's rows count from the first of its versions on: later ones only add to it. */
  private static Column counts(Map<Integer, List<String>> silosBySince) {
    return silosBySince.entrySet().stream()
        .map(
            silos ->
                col(TokenShardSchema.SILO)
                    .isin(silos.getValue().toArray())
                    .and(col(VERSION).geq(silos.getKey())))
        .reduce(Column::or)
        .orElseGet(() -> lit(false));
  }

  private static Dataset<Row> rows(SparkSession spark, String[] tables, boolean hasVersions) {
    Dataset<Row> files =
        spark
            .read()
            .schema(IN_FILES)
            .option("recursiveFileLookup", true) // no partitions are looked for
            .parquet(tables);
    Column version = hasVersions ? versionOf("shards/silo=[^/]*/split=[^/]*") : lit(0);
    return files.select(
        Stream.concat(
                Stream.of(TokenShardSchema.SHARDS.fields())
                    .map(field -> isInPlace(field) ? inPlace(field.name()) : col(field.name())),
                Stream.of(version.as(VERSION)))
            .toArray(Column[]::new));
  }

  /**
   * Returns the version of a table's row as a column, by the place of its file.
   *
   * @param below what is between the version's folder and the file, as a regular expression
   */
  public static Column versionOf(String below) {
    Column path = col("_metadata.file_path");
    return regexp_extract(path, "/versions/(\\d+)/%s/[^/]*$".formatted(below), 1)
        .cast(DataTypes.IntegerType);
  }

  /** A value of a partition folder: escaped as Hive does, and then as a URI. */
  private static Column inPlace(String column) {
    String pattern = "/%s=([^/]*)/(?:split=[^/]*/)?[^/]*$".formatted(column);
    Column escaped = regexp_extract(col("_metadata.file_path"), pattern, 1);
    return unescaped(unescaped(escaped)).as(column);
  }

  private static Column unescaped(Column text) {
    return url_decode(replace(text, lit("+"), lit("%2B"))); // of a form a plus would be a space
  }
}
