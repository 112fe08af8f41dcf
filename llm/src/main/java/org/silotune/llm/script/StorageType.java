package org.silotune.llm.script;

import ai.djl.ndarray.types.DataType;

/**
 * The element types in which weights may be stored and still be given to the engine as they are.
 */
public enum StorageType {
  FLOAT32(DataType.FLOAT32),
  FLOAT16(DataType.FLOAT16);

  private final DataType bridgeType;

  StorageType(DataType bridgeType) {
    this.bridgeType = bridgeType;
  }

  DataType bridgeType() {
    return bridgeType;
  }
}
