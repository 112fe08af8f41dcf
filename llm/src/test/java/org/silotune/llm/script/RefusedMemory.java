package org.silotune.llm.script;

import ai.djl.engine.EngineException;

/** Refusals of memory, in the engine's own words. */
public final class RefusedMemory {

  private RefusedMemory() {}

  /** Returns what the trainer sees where libtorch's allocator of a GPU says this. */
  public static NativeMemoryException onGpu(String asked) {
    return (NativeMemoryException)
        NativeMemoryException.translated(
            new EngineException(
                "CUDA out of memory. Tried to allocate %s. GPU 0 has a total capacity of 79.10 GiB"
                    .formatted(asked)));
  }
}
