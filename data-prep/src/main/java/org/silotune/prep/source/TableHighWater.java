package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.shard.HighWaterMark;
import org.silotune.prep.shard.HighWaterMark.Kind;

/**
 * The high-water column of a table. Dates and times are compared as what they are; a mark has them
 * as the text that SQL gives them in UTC.
 *
 * @param column its name
 * @param type its type, which has an order
 */
record TableHighWater(String column, DataType type) {

  /**
   * Returns the column of a table.
   *
   * @throws PreparationException if there is none, or its type has no order
   */
  static TableHighWater of(Dataset<Row> table, String column) {
    if (!Arrays.asList(table.columns()).contains(column)) {
      throw new UnknownColumnException(
          "Unknown column %s (named as high-water): the source has %s; set data.incremental.high-water"
              .formatted(column, String.join(", ", table.columns())));
    }
    DataType type = table.schema().apply(column).dataType();
    if (!isOrdered(type)) {
      throw new PreparationException(
          "Invalid high-water column %s of type %s: must be whole numbers, decimals, dates, timestamps or text, whose order is theirs; name another column, or cast it in a view"
              .formatted(column, type.simpleString()));
    }
    return new TableHighWater(column, type);
  }

  /**
   * Returns the rows between the marks of a selection; without the lower one those of no value too.
   */
  static Dataset<Row> newRows(Dataset<Row> table, RowSelection selection) {
    if (selection.highWater().isEmpty()) {
      return table;
    }
    TableHighWater highWater = of(table, selection.highWater().get());
    Dataset<Row> above =
        selection.above().map(mark -> table.where(highWater.isAbove(mark))).orElse(table);
    return selection
        .upTo()
        .map(mark -> above.where(highWater.value().isNull().or(not(highWater.isAbove(mark)))))
        .orElse(above);
  }

  /** Counts the rows of a table. */
  HighWaterCount survey(Dataset<Row> table, Optional<HighWaterMark> mark) {
    Column isNew = mark.map(this::isAbove).orElseGet(() -> value().isNotNull());
    Row counts =
        table
            .agg(
                count(lit(1)),
                count(when(isNew, lit(1))),
                count(when(value().isNull(), lit(1))),
                max(value()).cast(DataTypes.StringType))
            .first();
    HighWaterMark highest =
        counts.isNullAt(3) ? null : new HighWaterMark(kind(), counts.getString(3));
    boolean isNumber = kind() == Kind.NUMBER;
    return new HighWaterCount(
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(2),
        isNumber ? highest : null,
        isNumber ? null : highest,
        null);
  }

  private Column isAbove(HighWaterMark mark) {
    return value().gt(lit(mark.value()).cast(type));
  }

  private Column value() {
    return col("`%s`".formatted(column.replace("`", "``")));
  }

  private Kind kind() {
    return isNumber(type) ? Kind.NUMBER : Kind.TEXT;
  }

  private static boolean isOrdered(DataType type) {
    return isNumber(type)
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof StringType;
  }

  private static boolean isNumber(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof DecimalType;
  }
}
