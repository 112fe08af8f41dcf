package org.silotune.prep.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
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
import org.jspecify.annotations.Nullable;
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

  private static final String VALUE = "value_of_high_water";
  private static final String FORM = "form_of_high_water";

  private static final String ORDERLESS = "";

  private static final UserDefinedFunction FORM_OF =
      udf((UDF1<String, String>) TableHighWater::form, DataTypes.StringType);
  private static final String FILE = "file_of_high_water";

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
    @Nullable String orderless = checked(table, mark);
    return counted(table.agg(count(lit(1)), figures(mark)).first(), orderless);
  }

  /**
   * Counts the rows of files, all in one go.
   *
   * @param table of files
   * @return by the files' URIs, those that have rows
   * @throws PreparationException as {@link #survey}
   */
  SortedMap<String, HighWaterCount> surveyByFile(Dataset<Row> table, Optional<HighWaterMark> mark) {
    @Nullable String orderless = checked(table, mark);
    TreeMap<String, HighWaterCount> counts = new TreeMap<>();
    List<Row> files =
        table
            .groupBy(col("_metadata.file_path").as(FILE))
            .agg(count(lit(1)), figures(mark))
            .collectAsList();
    for (Row file : files) {
      String uri = SourceFile.ofEncodedUri(file.getAs(FILE)).uri();
      counts.put(uri, counted(file, orderless));
    }
    return counts;
  }

  /** Checks the mark and the values; returns one without an order, null if all have one. */
  private @Nullable String checked(Dataset<Row> table, Optional<HighWaterMark> mark) {
    mark.filter(so -> so.kind() != kind()).ifPresent(this::refuse);
    return type instanceof StringType ? orderless(table, mark) : null;
  }

  /** Rows above the mark, rows without a value, and the highest value. */
  private Column[] figures(Optional<HighWaterMark> mark) {
    Column isNew = mark.map(this::isAbove).orElseGet(() -> value().isNotNull());
    return new Column[] {
      count(when(isNew, lit(1))),
      count(when(value().isNull(), lit(1))),
      max(value()).cast(DataTypes.StringType)
    };
  }

  /** The count of rows and their figures, which are the last columns. */
  private HighWaterCount counted(Row figures, @Nullable String orderless) {
    int rows = figures.length() - 4;
    return new HighWaterCount(
        figures.getLong(rows),
        figures.getLong(rows + 1),
        figures.getLong(rows + 2),
        figures.isNullAt(rows + 3)
            ? Map.of()
            : Map.of(kind(), new HighWaterMark(kind(), figures.getString(rows + 3))),
        orderless);
  }

  private void refuse(HighWaterMark mark) {
    throw new PreparationException(
        "Invalid high-water column %s of type %s: the mark so far, %s, is %s; undo the change of the type, or prepare all rows again with --rebuild"
            .formatted(column, type.simpleString(), mark, mark.kind().title()));
  }

  /**
   * Checks texts that read like numbers or times: of other lengths or zones they sort otherwise.
   *
   * @return a text without an order; null if all have one
   * @throws PreparationException if values are of two forms, the mark so far among them
   */
  private @Nullable String orderless(Dataset<Row> table, Optional<HighWaterMark> mark) {
    Dataset<Row> values = table.select(value().as(VALUE));
    List<Row> forms =
        mark.map(so -> values.union(values.sparkSession().range(1).select(lit(so.value()))))
            .orElse(values)
            .where(trim(col(VALUE)).notEqual(""))
            .groupBy(FORM_OF.apply(col(VALUE)).as(FORM))
            .agg(min(col(VALUE)).as(VALUE))
            .orderBy(col(FORM).notEqual(ORDERLESS), col(VALUE))
            .limit(2)
            .collectAsList();
    if (!forms.isEmpty() && forms.get(0).getString(0).equals(ORDERLESS)) {
      return forms.get(0).getString(1);
    }
    if (forms.size() > 1) {
      throw new PreparationException(
          "Invalid high-water column %s of type string: it holds values of two forms, such as %s and %s, whose order as texts is not theirs; write all alike, or cast it to a number or a timestamp in a view"
              .formatted(column, forms.get(0).getString(1), forms.get(1).getString(1)));
    }
    return null;
  }

  /** The form that a text file's value would have, by kind. */
  private static String form(String text) {
    HighWaterMark value = HighWaterMark.of(text);
    return value.hasOrder() ? value.kind() + " " + value.form() : ORDERLESS;
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
