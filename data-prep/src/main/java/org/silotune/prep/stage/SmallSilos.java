package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.silotune.prep.shard.TokenShardSchema;

/**
 * Drops the rows of silos of which fewer rows are left than a silo must have.
 *
 * @param minimum at least 1
 */
public record SmallSilos(long minimum) implements Stage {

  private static final String ROWS = "rows_of_small_silo";

  @Override
  public String name() {
    return "small-silos";
  }

  @Override
  public boolean isRereading() {
    return true;
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    Dataset<Row> small =
        rows.where(Drops.isKept())
            .groupBy(TokenShardSchema.SILO)
            .agg(count(lit(1)).as(ROWS))
            .where(col(ROWS).lt(minimum));
    Dataset<Row> joined = Joins.left(rows, broadcast(small), TokenShardSchema.SILO);
    Dataset<Row> dropped =
        Drops.where(
            joined,
            col(ROWS).isNotNull(),
            name(),
            DropReason.SMALL_SILO,
            concat(
                lit("silo has "),
                col(ROWS).cast(DataTypes.StringType),
                lit(" rows, at least %d".formatted(minimum))));
    return Drops.likeColumns(dropped, rows);
  }
}
