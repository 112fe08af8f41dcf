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
  FLOAT32(DataType.FLOAT32, 6),
  FLOAT16(DataType.FLOAT16, 5),
  BFLOAT16(DataType.FLOAT16, 15, /* viewed= */ true),
  INT8(DataType.INT8, 1),
  UINT8(DataType.UINT8, 0);

  private final DataType bridgeType;
  private final int code;
  private final boolean viewed;

  StorageType(DataType bridgeType, int code) {
    this(bridgeType, code, /* viewed= */ false);
  }

  StorageType(DataType bridgeType, int code, boolean viewed) {
    this.bridgeType = bridgeType;
    this.code = code;
    this.viewed = viewed;
  }

  DataType bridgeType() {
    return bridgeType;
  }

  /** Returns whether the bridge's type is not the type itself. */
  boolean isViewed() {
    return viewed;
  }

  /** Returns the engine's number of the type, see {@code c10/core/ScalarType.h}. */
  int code() {
    return code;
  }
}
