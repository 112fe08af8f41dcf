package org.silotune.udf.function;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;

/**
 * The arguments of one call as Java values.
 *
 * @param row in Spark's internal form
 * @param types of the arguments that were given
 */
record Arguments(InternalRow row, List<DataType> types) {

  boolean has(int index) {
    return index < types.size() && !row.isNullAt(index);
  }

  String text(int index) {
    return row.getUTF8String(index).toString();
  }

  int integer(int index) {
    return row.getInt(index);
  }

  int integer(int index, int otherwise) {
    return has(index) ? row.getInt(index) : otherwise;
  }

  long whole(int index) {
    return row.getLong(index);
  }

  boolean flag(int index, boolean otherwise) {
    return has(index) ? row.getBoolean(index) : otherwise;
  }

  /** Returns an array of integers; {@code what} names it where an element is null. */
  int[] integers(int index, String what) {
    ArrayData array = row.getArray(index);
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        throw new IllegalArgumentException("Invalid %s: element %d is null".formatted(what, i));
      }
    }
    return array.toIntArray();
  }

  ArrayData array(int index) {
    return row.getArray(index);
  }

  /** Returns a map of texts; {@code what} names it where a value is null. */
  Map<String, String> texts(int index, String what) {
    MapData map = row.getMap(index);
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < map.numElements(); i++) {
      String key = map.keyArray().getUTF8String(i).toString();
      if (map.valueArray().isNullAt(i)) {
        throw new IllegalArgumentException(
            "Invalid %s: the value of %s is null".formatted(what, key));
      }
      texts.put(key, map.valueArray().getUTF8String(i).toString());
    }
    return texts;
  }
}
