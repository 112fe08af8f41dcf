package org.silotune.llm.checkpoint.gguf;

import java.util.Arrays;

/** What a tensor of a GGUF file is and where its blocks lie. Immutable. */
public final class GgufTensor {

  private final String name;
  private final GgmlType type;
  private final long[] shape;
  private final long offset;
  private final long elementCount;

  /**
   * @param shape the dimensions, outermost first (a GGUF file lists them innermost first)
   * @param offset the position of the first block in the file
   * @param elementCount the product of the shape
   */
  GgufTensor(String name, GgmlType type, long[] shape, long offset, long elementCount) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.offset = offset;
    this.elementCount = elementCount;
  }

  public String name() {
    return name;
  }

  public GgmlType type() {
    return type;
  }

  /** Returns the dimensions, outermost first, as PyTorch and numpy list them. */
  public long[] shape() {
    return shape.clone();
  }

  public long elementCount() {
    return elementCount;
  }

  /** Returns the number of bytes of its blocks. */
  public long byteLength() {
    return elementCount / type.blockSize() * type.blockBytes();
  }

  long offset() {
    return offset;
  }

  long end() {
    return offset + byteLength();
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, Arrays.toString(shape));
  }
}
