package org.silotune.llm.script;

import ai.djl.pytorch.jni.JniUtils;

/**
 * What libtorch keeps of a GPU's memory: blocks of closed tensors, for its next ones. Other
 * processes see them as taken.
 */
public final class DeviceMemory {

  private DeviceMemory() {}

  /** Gives the blocks that no tensor lies in back to a GPU; a processor's have gone already. */
  public static void giveBack(TensorDevice device) {
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    }
  }
}
