package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;

/** What a prepared folder holds, silo by silo, as a table for a person to read. */
public final class SiloSummary {

  private SiloSummary() {}

  /**
   * Returns one row per silo and split that has rows: {@code silo, split, examples, tokens,
   * trained_tokens, min_length, median_length, p95_length, max_length}; lengths are tokens of an
   * example, quantiles are those of existing rows (no interpolation). Ordered by silo, then train,
   * validation, test.
   */
  public static Dataset<Row> of(SparkSession spark, PreparedFolder folder) {
    Column length = expr("size(%s)".formatted(TokenShardSchema.INPUT_IDS));
    // The first label never counts: nothing predicts it.
    Column trained =
        expr(
            "size(filter(%1$s, l -> l <> -100)) - if(%1$s[0] <> -100, 1, 0)"
                .formatted(TokenShardSchema.LABELS));
    Column order =
        when(col(TokenShardSchema.SPLIT).equalTo(Split.TRAIN.label()), lit(0))
            .when(col(TokenShardSchema.SPLIT).equalTo(Split.VALIDATION.label()), lit(1))
            .otherwise(lit(2));
    return ShardTable.of(spark, folder)
        .withColumn("length", length)
        .withColumn("trained", trained)
        .groupBy(TokenShardSchema.SILO, TokenShardSchema.SPLIT)
        .agg(
            count(lit(1)).as("examples"),
            sum("length").as("tokens"),
            sum("trained").as("trained_tokens"),
            min("length").as("min_length"),
            quantile(0.5).as("median_length"),
            quantile(0.95).as("p95_length"),
            max("length").as("max_length"))
        .orderBy(col(TokenShardSchema.SILO), order);
  }

  private static Column quantile(double fraction) {
    return expr(
        "cast(percentile_disc(%s) WITHIN GROUP (ORDER BY length) AS int)".formatted(fraction));
  }
}
