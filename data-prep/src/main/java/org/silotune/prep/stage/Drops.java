package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.source.InstructionRows;

/** Drops rows by a condition over columns. */
final class Drops {

  private Drops() {}

  /** Returns the condition that no stage has dropped a row yet. */
  static Column isKept() {
    return col(InstructionRows.REASON).isNull();
  }

  /**
   * Returns the rows with the kept ones among them dropped for which a condition holds.
   *
   * @param detail text, looked at where the condition holds
   */
  static Dataset<Row> where(
      Dataset<Row> rows, Column condition, String stage, DropReason reason, Column detail) {
    Column drops = isKept().and(condition);
    Column stageColumn = when(drops, lit(stage)).otherwise(col(InstructionRows.STAGE));
    Column detailColumn = when(drops, detail).otherwise(col(InstructionRows.DETAIL));
    Column reasonColumn = when(drops, lit(reason.label())).otherwise(col(InstructionRows.REASON));
    // The reason last: the others' conditions read it.
    return rows.withColumn(InstructionRows.STAGE, stageColumn)
        .withColumn(InstructionRows.DETAIL, detailColumn)
        .withColumn(InstructionRows.REASON, reasonColumn);
  }

  /** Returns the rows with the columns of others, in their order. */
  static Dataset<Row> likeColumns(Dataset<Row> rows, Dataset<Row> others) {
    return rows.select(
        java.util.Arrays.stream(others.columns()).map(name -> col(name)).toArray(Column[]::new));
  }
}
