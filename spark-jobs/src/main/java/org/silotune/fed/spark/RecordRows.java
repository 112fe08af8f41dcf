package org.silotune.fed.spark;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Records as rows: a component {@code deltaNorm} is the column {@code delta_norm}, a number that is
 * missing is null.
 */
public final class RecordRows {

  private RecordRows() {}

  /** Returns the columns of a type of record. */
  public static StructType schema(Class<? extends Record> type) {
    StructType schema = new StructType();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean nullable = component.getType() == OptionalDouble.class;
      schema = schema.add(column(component), dataType(component.getType()), nullable);
    }
    return schema;
  }

  /** Returns a row a record. */
  public static List<Row> rows(Class<? extends Record> type, List<? extends Record> records) {
    return records.stream().map(record -> row(type, record)).toList();
  }

  private static Row row(Class<? extends Record> type, Record record) {
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        values.add(cell(component.getAccessor().invoke(record)));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("Cannot read " + component, e);
      }
    }
    return RowFactory.create(values.toArray());
  }

  private static @Nullable Object cell(Object value) {
    if (value instanceof OptionalDouble number) {
      return number.isPresent() ? number.getAsDouble() : null;
    }
    return value;
  }

  private static String column(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static DataType dataType(Class<?> type) {
    if (type == int.class) {
      return DataTypes.IntegerType;
    }
    if (type == long.class) {
      return DataTypes.LongType;
    }
    if (type == double.class || type == OptionalDouble.class) {
      return DataTypes.DoubleType;
    }
    if (type == boolean.class) {
      return DataTypes.BooleanType;
    }
    if (type == String.class) {
      return DataTypes.StringType;
    }
    throw new IllegalArgumentException("No column type for " + type);
  }
}
