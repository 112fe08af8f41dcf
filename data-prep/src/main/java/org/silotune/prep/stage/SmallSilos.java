package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.silotune.prep.shard.TokenShardSchema;

/**
 * Drops the rows of silos of which fewer rows are left than a silo must have, and says which silos
 * there are. It comes last, for what counts is what can be trained on.
 *
 * <p>The silos that stay come to the driver, as a manifest names them; those that go never do,
 * however many they are.
 *
 * @param minimum at least 1
 */
public record SmallSilos(long minimum) implements Stage {

  /** The row's silo if that is kept, else null. */
  public static final String KEPT_SILO = "kept_silo";

  @Override
  public String name() {
    return "small-silos";
  }

  @Override
  public boolean isRereading() {
    return true;
  }

  /** Returns the rows with {@link #KEPT_SILO}, which takes a Spark job. */
  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    List<String> kept =
        rows.where(Drops.isKept())
            .groupBy(TokenShardSchema.SILO)
            .agg(count(lit(1)).as("rows"))
            .where(col("rows").geq(minimum))
            .select(TokenShardSchema.SILO)
            .as(Encoders.STRING())
            .collectAsList();
    Dataset<Row> told =
        rows.withColumn(
            KEPT_SILO,
            when(SiloSet.contains(rows.sparkSession(), kept), col(TokenShardSchema.SILO)));
    return Drops.where(
        told,
        col(KEPT_SILO).isNull(),
        name(),
        DropReason.SMALL_SILO,
        lit("silo has fewer than %d rows that can be trained on".formatted(minimum)));
  }
}
