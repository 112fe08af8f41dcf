package org.silotune.llm.checkpoint.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads the tensor section of a GGUF file and checks that its tensors lie apart, inside the file.
 *
 * <pre>
 * entry  string name; uint32 n; uint64[n] dimensions, innermost first; uint32 type; uint64 offset
 * </pre>
 *
 * Offsets count from the first multiple of the alignment after the section, and are multiples of it
 * themselves.
 */
final class GgufTensorTable {

  private static final int MAX_TENSORS = 1 << 20;
  private static final int MAX_DIMENSIONS = 4;

  /** A name's length, the number of dimensions, the type and the offset. */
  private static final int MIN_ENTRY_BYTES = 8 + 4 + 4 + 8;

  private final GgufCursor cursor;
  private final long fileSize;
  private final long alignment;

  GgufTensorTable(GgufCursor cursor, long fileSize, long alignment) {
    this.cursor = cursor;
    this.fileSize = fileSize;
    this.alignment = alignment;
  }

  /** Reads the count of tensors, which stands before the metadata. */
  static int tensorCount(GgufCursor cursor) {
    return cursor.count("number of tensors", MIN_ENTRY_BYTES, MAX_TENSORS);
  }

  List<GgufTensor> read(int tensorCount) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      entries.add(entry(i));
    }
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    List<GgufTensor> tensors = new ArrayList<>();
    for (Entry entry : entries) {
      tensors.add(place(entry, dataStart));
    }
    requireApart(tensors);
    return tensors;
  }

  private Entry entry(int index) {
    long at = cursor.position();
    String name = cursor.text("name of tensor " + index);
    String what = "tensor " + name;
    long count = cursor.uint32(what + ", number of dimensions");
    if (count > MAX_DIMENSIONS) {
      throw cursor.corrupt(at, what + ", number of dimensions", "at most " + MAX_DIMENSIONS, count);
    }
    long[] shape = new long[(int) count];
    for (int i = shape.length - 1; i >= 0; i--) {
      shape[i] = cursor.uint64(what + ", dimension");
    }
    GgmlType type = type(what);
    long elements = elementCount(at, what, type, shape);
    long offset = cursor.uint64(what + ", offset");
    if (offset % alignment != 0) {
      throw cursor.corrupt(at, what + ", offset", "a multiple of " + alignment, offset);
    }
    return new Entry(at, new GgufTensor(name, type, shape, offset, elements));
  }

  private GgmlType type(String what) {
    long at = cursor.position();
    int id = cursor.int32(what + ", type");
    Optional<GgmlType> type = GgmlType.byId(id);
    return type.orElseThrow(
        () ->
            cursor.corrupt(
                at,
                what + ", type",
                "a ggml type that can be read, one of " + Arrays.toString(GgmlType.values()),
                "type number " + Integer.toUnsignedString(id)));
  }

  private long elementCount(long at, String what, GgmlType type, long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      if (dimension > 0 && count > Long.MAX_VALUE / 8 / dimension) {
        throw cursor.corrupt(
            at, what + ", shape", "fewer than 2^60 values", Arrays.toString(shape));
      }
      count *= dimension;
    }
    long innermost = shape.length == 0 ? 1 : shape[shape.length - 1];
    if (innermost % type.blockSize() != 0) {
      throw cursor.corrupt(
          at,
          what + ", shape",
          "rows of whole %s blocks of %d values".formatted(type, type.blockSize()),
          Arrays.toString(shape));
    }
    return count;
  }

  private GgufTensor place(Entry entry, long dataStart) {
    GgufTensor tensor = entry.tensor();
    long room = fileSize - dataStart - tensor.offset();
    if (dataStart > fileSize || tensor.offset() > fileSize || tensor.byteLength() > room) {
      throw cursor.corrupt(
          entry.at(),
          "tensor " + tensor.name(),
          "%d bytes from byte %s on"
              .formatted(tensor.byteLength(), Long.toUnsignedString(dataStart + tensor.offset())),
          "the end of the file at %d".formatted(fileSize));
    }
    return new GgufTensor(
        tensor.name(),
        tensor.type(),
        tensor.shape(),
        dataStart + tensor.offset(),
        tensor.elementCount());
  }

  private void requireApart(List<GgufTensor> tensors) {
    List<GgufTensor> inOrder = new ArrayList<>(tensors);
    inOrder.sort(Comparator.comparingLong(GgufTensor::offset).thenComparing(GgufTensor::end));
    for (int i = 1; i < inOrder.size(); i++) {
      GgufTensor before = inOrder.get(i - 1);
      GgufTensor tensor = inOrder.get(i);
      if (tensor.offset() < before.end()) {
        throw cursor.corrupt(
            tensor.offset(),
            "tensor " + tensor.name(),
            "to begin after tensor %s, which ends at byte %d"
                .formatted(before.name(), before.end()),
            "an overlap");
      }
    }
  }

  /** A tensor whose offset still counts from the start of the data, and where its entry began. */
  private record Entry(long at, GgufTensor tensor) {}
}
