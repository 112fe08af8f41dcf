package org.silotune.llm.checkpoint;

import java.util.Arrays;

/** What a tensor is, without its values. Immutable; equal by value. */
public final class TensorInfo {

  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final long elementCount;

  /**
   * @param name the name in the file
   * @param dtype the element type as stored
   * @param shape the dimensions, outermost first; empty for a scalar
   * @throws IllegalArgumentException if a dimension is negative or the byte length overflows
   */
  public TensorInfo(String name, DType dtype, long... shape) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.elementCount = elementCount(name, dtype, shape);
  }

  /** Returns the name in the file. */
  public String name() {
    return name;
  }

  /** Returns the element type as stored. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the dimensions, outermost first; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the number of elements: the product of the shape, 1 for a scalar. */
  public long elementCount() {
    return elementCount;
  }

  /** Returns the number of bytes as stored. */
  public long byteLength() {
    return elementCount * dtype.byteSize();
  }

  /** Returns the outermost dimension, 1 for a scalar. */
  public long rowCount() {
    return shape.length == 0 ? 1 : shape[0];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + dtype.hashCode()) + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, dtype, Arrays.toString(shape));
  }

  private static long elementCount(String name, DType dtype, long[] shape) {
    long bytes = dtype.byteSize();
    for (long dimension : shape) {
      if (dimension < 0 || (bytes > 0 && dimension > Long.MAX_VALUE / bytes)) {
        throw new IllegalArgumentException(
            "Invalid shape %s of tensor %s: dimensions must be >= 0 and hold fewer than 2^63 bytes"
                .formatted(Arrays.toString(shape), name));
      }
      bytes *= dimension;
    }
    return bytes / dtype.byteSize();
  }
}
