package org.silotune.llm.script;

/** Where tensors lie and operators run: the processor, or one GPU. */
public sealed interface TensorDevice {

  /** Returns the processor. */
  static TensorDevice processor() {
    return new Processor();
  }

  /** Returns libtorch's name of it: {@code cpu} or {@code cuda:1}. */
  String label();

  /** Returns whether it is a GPU, with memory of its own. */
  default boolean isGpu() {
    return this instanceof Gpu;
  }

  /** The cores of this machine, and its memory. */
  record Processor() implements TensorDevice {

    @Override
    public String label() {
      return "cpu";
    }
  }

  /**
   * One GPU, or a part of one.
   *
   * @param ordinal the index by which this process sees it
   */
  record Gpu(int ordinal) implements TensorDevice {

    public Gpu {
      if (ordinal < 0) {
        throw new IllegalArgumentException("Invalid gpu %d: must be >= 0".formatted(ordinal));
      }
    }

    @Override
    public String label() {
      return "cuda:" + ordinal;
    }
  }
}
