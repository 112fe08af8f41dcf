package org.silotune.fed.client;

import java.io.Serializable;
import org.silotune.llm.script.TensorDevice;

/** What a silo's work computes on. */
public sealed interface ComputeDevice extends Serializable {

  /** Returns how many threads compute the batches of a step at once; no result depends on it. */
  int workers();

  /** Returns where tensors of the work lie. */
  TensorDevice tensors();

  /** Returns what tables call it: {@code cpu}, or {@code gpu} and its address. */
  String label();

  /**
   * Cores of the processor.
   *
   * @param workers as many as the task's cores hold, each with the run's intra-op threads
   */
  record Cpu(int workers) implements ComputeDevice {

    /** One core. */
    public Cpu() {
      this(1);
    }

    @Override
    public TensorDevice tensors() {
      return TensorDevice.processor();
    }

    @Override
    public String label() {
      return "cpu";
    }
  }

  /**
   * One GPU, or a part of one.
   *
   * @param address as the cluster manager names it: an index or a MIG id
   * @param ordinal the index by which this process sees it
   */
  record Gpu(String address, int ordinal) implements ComputeDevice {

    @Override
    public int workers() {
      return 1;
    }

    @Override
    public TensorDevice tensors() {
      return new TensorDevice.Gpu(ordinal);
    }

    @Override
    public String label() {
      return "gpu " + address;
    }
  }
}
