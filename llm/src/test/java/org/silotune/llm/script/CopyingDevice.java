package org.silotune.llm.script;

import java.util.Optional;

/**
 * The processor in the place of a GPU: whatever a scope is given is copied there by a {@link
 * DeviceTransfer}, weights too, and nothing lies in files or on the heap. A batch's values go the
 * way of page-locked memory, which here is ordinary.
 */
public final class CopyingDevice {

  private CopyingDevice() {}

  /** Opens a scope whose tensors are made there. */
  public static NativeScope open() {
    return open(() -> {});
  }

  /**
   * Opens a scope whose tensors are made there.
   *
   * @param emptied hears that what the device keeps of closed tensors is given back
   */
  public static NativeScope open(Runnable emptied) {
    return NativeScope.openOn(
        TensorDevice.processor(),
        Optional.of(
            DeviceTransfer.compiled(
                "cpu", "pin_memory=False", DeviceTransfer.LARGEST_PINNED, emptied)));
  }
}
