package org.silotune.llm.checkpoint.gguf;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the key-value section of a GGUF file.
 *
 * <pre>
 * entry   string key; uint32 type; value
 * string  uint64 length; byte[length] UTF-8
 * array   uint32 element type; uint64 count; elements
 * </pre>
 *
 * Limits, so that memory stays within a small multiple of the file: 2^16 entries, 2^24 array
 * elements over all entries, arrays at most four deep, strings at most 16 MiB.
 */
final class GgufMetadataReader {

  private static final int MAX_ENTRIES = 1 << 16;
  private static final int MAX_ELEMENTS = 1 << 24;
  private static final int MAX_DEPTH = 4;

  /** A key's length, its type and a one-byte value. */
  private static final int MIN_ENTRY_BYTES = 8 + 4 + 1;

  private final GgufCursor cursor;
  private int elementsLeft = MAX_ELEMENTS;

  GgufMetadataReader(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /** Reads the count of entries, which stands before the entries themselves. */
  static int entryCount(GgufCursor cursor) {
    return cursor.count("number of metadata entries", MIN_ENTRY_BYTES, MAX_ENTRIES);
  }

  SortedMap<String, GgufValue> read(int entryCount) {
    SortedMap<String, GgufValue> entries = new TreeMap<>();
    for (int i = 0; i < entryCount; i++) {
      long at = cursor.position();
      String key = cursor.text("key of metadata entry " + i);
      String what = "metadata " + key;
      GgufValue value = value(type(what), what, 0);
      if (entries.put(key, value) != null) {
        throw cursor.corrupt(at, what, "a key that was not given before", "a second entry");
      }
    }
    return entries;
  }

  private GgufValueType type(String what) {
    long at = cursor.position();
    long id = cursor.uint32(what + ", type");
    return GgufValueType.byId(id)
        .orElseThrow(
            () ->
                cursor.corrupt(
                    at,
                    what + ", type",
                    "0 to %d".formatted(GgufValueType.values().length - 1),
                    id));
  }

  private GgufValue value(GgufValueType type, String what, int depth) {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new GgufValue.Whole(whole(type, what));
      case FLOAT32, FLOAT64 -> new GgufValue.Real(real(type, what));
      case BOOL -> new GgufValue.Flag(whole(type, what) != 0);
      case STRING -> new GgufValue.Text(cursor.text(what));
      case ARRAY -> array(what, depth);
    };
  }

  private GgufValue array(String what, int depth) {
    long at = cursor.position();
    GgufValueType type = type(what + ", element");
    int count = cursor.count(what + ", count", type.minimumBytes(), elementsLeft);
    elementsLeft -= count;
    if (depth == MAX_DEPTH) {
      throw cursor.corrupt(at, what, "arrays at most %d deep".formatted(MAX_DEPTH), "deeper ones");
    }
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, BOOL ->
          wholes(type, what, count);
      case FLOAT32, FLOAT64 -> reals(type, what, count);
      case STRING -> texts(what, count);
      case ARRAY -> nested(what, count, depth);
    };
  }

  private GgufValue wholes(GgufValueType type, String what, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = whole(type, what);
    }
    return new GgufValue.Wholes(LongBuffer.wrap(values).asReadOnlyBuffer());
  }

  private GgufValue reals(GgufValueType type, String what, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = real(type, what);
    }
    return new GgufValue.Reals(DoubleBuffer.wrap(values).asReadOnlyBuffer());
  }

  private GgufValue texts(String what, int count) {
    List<String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(cursor.text(what));
    }
    return new GgufValue.Texts(List.copyOf(values));
  }

  private GgufValue nested(String what, int count, int depth) {
    List<GgufValue> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(array(what, depth + 1));
    }
    return new GgufValue.Nested(List.copyOf(values));
  }

  private long whole(GgufValueType type, String what) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(cursor.int8(what));
      case INT8 -> cursor.int8(what);
      case UINT16 -> Short.toUnsignedLong(cursor.int16(what));
      case INT16 -> cursor.int16(what);
      case UINT32 -> cursor.uint32(what);
      case INT32 -> cursor.int32(what);
      case UINT64 -> cursor.uint64(what);
      case INT64 -> cursor.int64(what);
      case BOOL -> bool(what);
      case FLOAT32, FLOAT64, STRING, ARRAY -> throw new IllegalArgumentException(type.name());
    };
  }

  private long bool(String what) {
    long at = cursor.position();
    byte value = cursor.int8(what);
    if (value != 0 && value != 1) {
      throw cursor.corrupt(at, what, "a boolean, 0 or 1", value);
    }
    return value;
  }

  private double real(GgufValueType type, String what) {
    return type == GgufValueType.FLOAT32
        ? Float.intBitsToFloat(cursor.int32(what))
        : Double.longBitsToDouble(cursor.int64(what));
  }
}
