package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.DropReason;
import org.silotune.prep.stage.SiloSet;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Placed rows beside those that earlier versions have: rows that are there already are left out, a
 * row whose id is taken goes to quarantine, and rows that are equal to old ones are numbered on.
 *
 * @param fresh files all rows of which are wanted; rows without a file are too
 * @param stale silos all rows of which are wanted
 * @param held {@code silo, example_id} of the rows of earlier versions that count; none in the
 *     first
 * @param hasIdColumn whether ids are those of a column; else they are made of the content
 */
record KnownRows(
    Set<String> fresh, Set<String> stale, Optional<Dataset<Row>> held, boolean hasIdColumn)
    implements UnaryOperator<Dataset<Row>> {

  private static final String KNOWN = "known_rows";
  private static final int CONTENT_DIGITS = 32;

  @Override
  public Dataset<Row> apply(Dataset<Row> placed) {
    Column isWanted =
        col(InstructionRows.FILE)
            .isNull()
            .or(col(InstructionRows.FILE).isin(fresh.toArray()))
            .or(SiloSet.contains(placed.sparkSession(), stale));
    Dataset<Row> wanted = stale.isEmpty() ? placed : placed.where(isWanted);
    return held.map(ids -> hasIdColumn ? quarantined(wanted, ids) : numberedOn(wanted, ids))
        .orElse(wanted);
  }

  private static Dataset<Row> quarantined(Dataset<Row> rows, Dataset<Row> held) {
    Dataset<Row> known = held.distinct().withColumn(KNOWN, lit(true));
    Dataset<Row> joined = left(rows, known, TokenShardSchema.EXAMPLE_ID);
    Column drops = col(InstructionRows.REASON).isNull().and(col(KNOWN).isNotNull());
    Column detail =
        concat(
            lit("id "),
            col(TokenShardSchema.EXAMPLE_ID),
            lit(" was prepared in an earlier version"));
    // The reason last: the others' conditions read it.
    return joined
        .withColumn(
            InstructionRows.STAGE,
            when(drops, lit(PlacedRows.STAGE)).otherwise(col(InstructionRows.STAGE)))
        .withColumn(
            InstructionRows.DETAIL, when(drops, detail).otherwise(col(InstructionRows.DETAIL)))
        .withColumn(
            InstructionRows.REASON,
            when(drops, lit(DropReason.KNOWN_ID.label())).otherwise(col(InstructionRows.REASON)))
        .select(columns(rows));
  }

  private static Dataset<Row> numberedOn(Dataset<Row> rows, Dataset<Row> held) {
    Column id = col(TokenShardSchema.EXAMPLE_ID);
    Column number = id.substr(CONTENT_DIGITS + 2, 20).cast(DataTypes.LongType);
    Dataset<Row> known =
        held.select(
                col(TokenShardSchema.SILO),
                id.substr(1, CONTENT_DIGITS).as(PlacedRows.ROW_ID),
                number.as(KNOWN))
            .groupBy(TokenShardSchema.SILO, PlacedRows.ROW_ID)
            .agg(max(KNOWN).plus(1).as(KNOWN));
    Column next =
        concat(
            col(PlacedRows.ROW_ID), lit("-"), number.plus(col(KNOWN)).cast(DataTypes.StringType));
    return left(rows, known, PlacedRows.ROW_ID)
        .withColumn(TokenShardSchema.EXAMPLE_ID, when(col(KNOWN).isNotNull(), next).otherwise(id))
        .select(columns(rows));
  }

  private static Dataset<Row> left(Dataset<Row> rows, Dataset<Row> known, String key) {
    return rows.join(
        known, CollectionConverters.asScala(List.of(TokenShardSchema.SILO, key)).toSeq(), "left");
  }

  private static Column[] columns(Dataset<Row> rows) {
    return List.of(rows.columns()).stream().map(name -> expr(name)).toArray(Column[]::new);
  }
}
