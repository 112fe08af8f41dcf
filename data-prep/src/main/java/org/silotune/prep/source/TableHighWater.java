package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private static final String FORM = "value_of_high_water";

  /**
   * Returns the column of a table.
   *
   * @throws PreparationException if there is none, its type has no order, or a mark of it would be
   *     another text in another session
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
    SessionZone.requireUtc(table.sparkSession(), column, type);
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

  /**
   * Counts the rows of a table.
   *
   * @throws PreparationException if values have not the order of the mark, or are of forms whose
   *     order as texts is not theirs
   */
  HighWaterCount survey(Dataset<Row> table, Optional<HighWaterMark> mark) {
    mark.filter(so -> so.kind() != kind()).ifPresent(this::refuse);
    if (type instanceof StringType) {
      requireOneForm(table, mark);
    }
    Column isNew = mark.map(this::isAbove).orElseGet(() -> value().isNotNull());
    Row counts =
        table
            .agg(
                count(lit(1)),
                count(when(isNew, lit(1))),
                count(when(value().isNull(), lit(1))),
                max(value()).cast(DataTypes.StringType))
            .first();
    return new HighWaterCount(
        counts.getLong(0),
        counts.getLong(1),
        counts.getLong(2),
        counts.isNullAt(3)
            ? Map.of()
            : Map.of(kind(), new HighWaterMark(kind(), counts.getString(3))),
        null);
  }

  private void refuse(HighWaterMark mark) {
    throw new PreparationException(
        "Invalid high-water column %s of type %s: the mark so far, %s, is %s; undo the change of the type, or prepare all rows again with --rebuild"
            .formatted(column, type.simpleString(), mark, mark.kind().title()));
  }

  /** Texts that begin like a number or a time, and have other lengths or zones, sort otherwise. */
  private void requireOneForm(Dataset<Row> table, Optional<HighWaterMark> mark) {
    Dataset<Row> values = table.select(value().as(FORM));
    Dataset<Row> all =
        mark.map(so -> values.union(values.sparkSession().range(1).select(lit(so.value()))))
            .orElse(values);
    Column form =
        concat(
            regexp_replace(col(FORM), "[0-9]", "0"),
            regexp_extract(col(FORM), "[+-][0-9]{2}:?[0-9]{2}$", 0));
    List<String> examples =
        all
            .where(col(FORM).rlike("^[+-]?[0-9]"))
            .groupBy(form)
            .agg(min(col(FORM)).as(FORM))
            .orderBy(FORM)
            .limit(2)
            .collectAsList()
            .stream()
            .map(row -> row.getString(1))
            .toList();
    if (examples.size() > 1) {
      throw new PreparationException(
          "Invalid high-water column %s of type string: it holds values of two forms, such as %s and %s, whose order as texts is not theirs; write all alike, or cast it to a number or a timestamp in a view"
              .formatted(column, examples.get(0), examples.get(1)));
    }
  }

  private Column isAbove(HighWaterMark mark) {
    return kind() == Kind.NUMBER
        ? value().gt(lit(new BigDecimal(mark.value())))
        : value().gt(lit(mark.value()).cast(type));
  }

  private Column value() {
    return col("`%s`".formatted(column.replace("`", "``")));
  }

  private Kind kind() {
    if (type instanceof TimestampType) {
      return Kind.TIME;
    }
    if (type instanceof DateType || type instanceof TimestampNTZType) {
      return Kind.LOCAL_TIME;
    }
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
