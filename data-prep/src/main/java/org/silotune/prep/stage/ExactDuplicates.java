package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;

/**
 * Keeps one row of those of a silo whose texts are equal: the one with the smallest example id, in
 * the order of UTF-8 bytes. Categories do not count. Rows of two silos are never compared.
 */
record ExactDuplicates() implements Stage {

  private static final String SURVIVOR = "duplicate_of";

  @Override
  public String name() {
    return "exact-duplicates";
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    Column kept = Drops.isKept();
    // rows that are dropped already are spread out, for nothing is asked of them
    Column place = concat_ws(":", col(InstructionRows.FILE), col(InstructionRows.BYTE_OFFSET));
    Column survivor =
        min(when(kept, col(TokenShardSchema.EXAMPLE_ID)))
            .over(
                Window.partitionBy(
                    col(TokenShardSchema.SILO),
                    when(kept, lit("")).otherwise(coalesce(place, lit(""))),
                    col(InstructionRows.INSTRUCTION),
                    col(InstructionRows.INPUT),
                    col(InstructionRows.OUTPUT),
                    col(InstructionRows.MESSAGES)));
    Dataset<Row> compared = rows.withColumn(SURVIVOR, survivor);
    return Drops.where(
            compared,
            col(SURVIVOR).isNotNull().and(col(SURVIVOR).notEqual(col(TokenShardSchema.EXAMPLE_ID))),
            name(),
            DropReason.DUPLICATE,
            concat(lit("same texts as "), col(SURVIVOR)))
        .drop(SURVIVOR);
  }
}
