package org.silotune.llm.script;

import java.util.Optional;

/**
 * The processor in the place of a GPU: whatever a scope is given is copied there by a {@link
 * DeviceTransfer}, weights too, and nothing lies in files or on the heap.
 */
public final class CopyingDevice {

  private CopyingDevice() {}

  /** Opens a scope whose tensors are made there. */
  public static NativeScope open() {
    return NativeScope.openOn(
        TensorDevice.processor(),
        Optional.of(DeviceTransfer.compiled("cpu", /* largestPinned= */ -1)));
  }
}
