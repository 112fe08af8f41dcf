package org.silotune.llm.script;

import ai.djl.ndarray.types.DataType;

/**
 * The element types in which weights may be stored and still be given to the engine as they are.
 *
 * <p>The engine's bridge aborts the process when asked for a type that it does not know, bfloat16
 * among them: those bytes are mapped as a type of the same width and seen as what they are by a
 * {@linkplain NativeView view}.
 */
public enum StorageType {
  FLOAT32(DataType.FLOAT32),
  FLOAT16(DataType.FLOAT16),
  BFLOAT16(DataType.FLOAT16, NativeView.BFLOAT16),
  INT8(DataType.INT8),
  UINT8(DataType.UINT8);

  private static final int AS_MAPPED = -1;

  private final DataType bridgeType;
  private final int viewedAs;

  StorageType(DataType bridgeType) {
    this(bridgeType, AS_MAPPED);
  }

  StorageType(DataType bridgeType, int viewedAs) {
    this.bridgeType = bridgeType;
    this.viewedAs = viewedAs;
  }

  DataType bridgeType() {
    return bridgeType;
  }

  /** Returns whether the bridge's type is not the type itself. */
  boolean isViewed() {
    return viewedAs != AS_MAPPED;
  }

  /** Returns the engine's number of the type. */
  int viewedAs() {
    return viewedAs;
  }
}
