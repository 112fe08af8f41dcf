package org.silotune.fed.client;

import java.io.Serializable;

/** What a silo's work computes on. */
public sealed interface ComputeDevice extends Serializable {

  /** The processor. */
  record Cpu() implements ComputeDevice {}

  /**
   * One GPU, or a part of one.
   *
   * @param address as the cluster manager names it: an index or a MIG id
   * @param ordinal the index by which this process sees it
   */
  record Gpu(String address, int ordinal) implements ComputeDevice {}
}
