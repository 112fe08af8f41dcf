package org.silotune.llm.script;

import ai.djl.engine.EngineException;

/** Refusals of memory, in the engine's own words. */
public final class RefusedMemory {

  private RefusedMemory() {}

  /** Returns what the trainer sees where libtorch's allocator of a GPU says this. */
  public static NativeMemoryException onGpu(String asked) {
    return onGpu(asked, "79.10 GiB");
  }

  /** Returns the same of a GPU that has so much in all. */
  public static NativeMemoryException onGpu(String asked, String has) {
    return translated(
        "CUDA out of memory. Tried to allocate %s. GPU 0 has a total capacity of %s of which 1.06 GiB is free."
            .formatted(asked, has));
  }

  /** Returns what the trainer sees where the system refuses a process bytes. */
  public static NativeMemoryException ofProcess(long bytes) {
    return translated(
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate %d bytes. Error code 12 (Cannot allocate memory)"
            .formatted(bytes));
  }

  private static NativeMemoryException translated(String said) {
    return (NativeMemoryException) NativeMemoryException.translated(new EngineException(said));
  }
}
