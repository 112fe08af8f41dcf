package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.shard.CategoryMix;
import org.silotune.prep.shard.LengthHistogram;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.SiloProfile;
import org.silotune.prep.shard.TokenShardSchema;

/** What the accepted rows of every silo are like, counted by Spark. */
final class SiloProfiles {

  /** A column of more values, or of more values over all silos, is no label: no mix is kept. */
  private static final int MOST_CATEGORIES = 1000;

  private static final int MOST_PAIRS = 100_000;

  private final Map<String, TreeMap<Integer, Long>> lengths = new TreeMap<>();
  private final Map<String, TreeMap<String, Long>> categories = new TreeMap<>();
  private final Map<String, LengthQuantiles> quantiles = new TreeMap<>();
  private LengthQuantiles all = LengthQuantiles.UNKNOWN;

  private SiloProfiles() {}

  /**
   * Counts rows.
   *
   * @param accepted with silo, category and token ids
   */
  static SiloProfiles of(Dataset<Row> accepted) {
    SiloProfiles profiles = new SiloProfiles();
    // the bucket of LengthHistogram: four to each doubling
    String size = "size(%s)".formatted(TokenShardSchema.INPUT_IDS);
    String step = "greatest(1, shiftleft(1, length(bin(%s)) - 1) div 4)".formatted(size);
    accepted
        .groupBy(
            col(TokenShardSchema.SILO), expr("cast(%s - %1$s %% %s as int)".formatted(size, step)))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(
            row ->
                profiles
                    .lengths
                    .computeIfAbsent(row.getString(0), silo -> new TreeMap<>())
                    .put(row.getInt(1), row.getLong(2)));
    profiles.addQuantiles(
        accepted.select(col(TokenShardSchema.SILO).as("name"), expr(size).as("length")));
    List<Row> pairs =
        accepted
            .groupBy(TokenShardSchema.SILO, TokenShardSchema.CATEGORY)
            .agg(count(lit(1)))
            .limit(MOST_PAIRS + 1)
            .collectAsList();
    long values = pairs.stream().map(row -> row.getString(1)).distinct().count();
    if (pairs.size() <= MOST_PAIRS && values <= MOST_CATEGORIES) {
      pairs.forEach(
          row ->
              profiles
                  .categories
                  .computeIfAbsent(row.getString(0), silo -> new TreeMap<>())
                  .put(row.getString(1), row.getLong(2)));
    }
    return profiles;
  }

  SiloProfile of(String silo) {
    return new SiloProfile(
        new CategoryMix(categories.getOrDefault(silo, new TreeMap<>())),
        new LengthHistogram(lengths.getOrDefault(silo, new TreeMap<>())),
        quantiles.getOrDefault(silo, LengthQuantiles.UNKNOWN));
  }

  /** Returns the lengths of all silos together. */
  LengthQuantiles lengths() {
    return all;
  }

  private void addQuantiles(Dataset<Row> rows) {
    rows.rollup(col("name"))
        .agg(quantile(0.5), quantile(0.95))
        .collectAsList()
        .forEach(
            row -> {
              LengthQuantiles found = new LengthQuantiles(row.getInt(1), row.getInt(2));
              if (row.isNullAt(0)) {
                all = found;
              } else {
                quantiles.put(row.getString(0), found);
              }
            });
  }

  private static Column quantile(double fraction) {
    return expr(
        "cast(percentile_disc(%s) WITHIN GROUP (ORDER BY length) AS int)".formatted(fraction));
  }
}
