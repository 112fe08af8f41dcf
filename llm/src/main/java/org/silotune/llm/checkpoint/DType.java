package org.silotune.llm.checkpoint;

import java.util.Optional;

/**
 * Element types of a safetensors file, in the order in which that format lays tensors out: by
 * growing alignment, written last to first.
 *
 * <p>Every type can be mapped; {@link #F32}, {@link #F16} and {@link #BF16} can also be read as
 * floats. Source: the {@code Dtype} enum of the safetensors specification, whole-byte types.
 */
public enum DType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  F64(8),
  I64(8),
  U64(8);

  private final int byteSize;

  DType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** Returns the size of one element in bytes. */
  public int byteSize() {
    return byteSize;
  }

  /**
   * Returns whether the elements are floats of at most 32 bits that {@code float} holds exactly.
   */
  public boolean readsAsFloat() {
    return this == F32 || this == F16 || this == BF16;
  }

  /** Returns the type that the format calls {@code name}, if there is one. */
  public static Optional<DType> byName(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
