package org.silotune.llm.script;

import java.util.Optional;

/**
 * libtorch's {@code meta} device in the place of a GPU: tensors there have shapes and no values.
 */
public final class MetaDevice {

  private MetaDevice() {}

  /** Opens a scope whose tensors are made there. */
  public static NativeScope open() {
    return NativeScope.openOn(
        TensorDevice.processor(),
        Optional.of(
            DeviceTransfer.compiled(
                "meta", "pin_memory=False", DeviceTransfer.LARGEST_PINNED, () -> {})));
  }
}
