package org.silotune.fed.spark;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Records as rows: a component {@code deltaNorm} is the column {@code delta_norm}. */
final class RecordRows {

  private RecordRows() {}

  static StructType schema(Class<? extends Record> type) {
    StructType schema = new StructType();
    for (RecordComponent component : type.getRecordComponents()) {
      schema = schema.add(column(component), dataType(component.getType()), false);
    }
    return schema;
  }

  static List<Row> rows(Class<? extends Record> type, List<? extends Record> records) {
    return records.stream().map(record -> row(type, record)).toList();
  }

  private static Row row(Class<? extends Record> type, Record record) {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        values.add(component.getAccessor().invoke(record));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("Cannot read " + component, e);
      }
    }
    return RowFactory.create(values.toArray());
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
    if (type == double.class) {
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
