package org.silotune.llm.plan;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * One of those that share a process' memory.
 *
 * @param name what it is, for people
 * @param kind where it lies
 * @param bytes the most it has at once
 */
public record MemoryConsumer(String name, Kind kind, long bytes) {

  /** Where memory lies. */
  public enum Kind {
    /** Pages of files, shared by all processes of a host and given back under pressure. */
    MAPPED,
    /** The runtime's own: code, classes, threads. */
    RUNTIME,
    /** The Java heap. */
    HEAP,
    /** Tensors, outside the heap. */
    NATIVE,
    /** A GPU's own memory. */
    GPU;

    /** Returns the name in results. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public MemoryConsumer {
    requireNonNull(name, "name");
    requireNonNull(kind, "kind");
    if (bytes < 0) {
      throw new IllegalArgumentException("Invalid bytes of %s: %d".formatted(name, bytes));
    }
  }

  MemoryConsumer times(int count) {
    return new MemoryConsumer(name, kind, Math.multiplyExact(bytes, count));
  }
}
