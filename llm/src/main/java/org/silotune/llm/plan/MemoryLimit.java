package org.silotune.llm.plan;

/**
 * What a process may take while it trains.
 *
 * @param bytes heap and native memory together, mapped pages included
 * @param heapBytes what the Java heap may grow to of it
 * @param tasks how many tasks train at once
 * @param tasksPerGpu how many of them share a GPU, where they train on any
 */
public record MemoryLimit(long bytes, long heapBytes, int tasks, int tasksPerGpu) {

  /** The rest is for what the plan does not know: other processes, page tables, file caches. */
  private static final double USABLE = 0.9;

  public MemoryLimit {
    if (bytes < 1 || heapBytes < 0) {
      throw new IllegalArgumentException(
          "Invalid memory limit: %d bytes, heap %d".formatted(bytes, heapBytes));
    }
    if (tasks < 1) {
      throw new IllegalArgumentException("Invalid tasks: %d, must be >= 1".formatted(tasks));
    }
    if (tasksPerGpu < 1 || tasksPerGpu > tasks) {
      throw new IllegalArgumentException(
          "Invalid tasks of a GPU: %d, must be 1 to %d".formatted(tasksPerGpu, tasks));
    }
  }

  /** A limit of tasks that would all share one GPU. */
  public MemoryLimit(long bytes, long heapBytes, int tasks) {
    this(bytes, heapBytes, tasks, tasks);
  }

  /** Returns the limit of this process: its container's or its machine's memory. */
  public static MemoryLimit ofThisProcess(int tasks) {
    return new MemoryLimit(ProcessMemory.limitBytes(), Runtime.getRuntime().maxMemory(), tasks);
  }

  /** Returns whether a plan's peak fits, the heap at its largest. */
  public boolean holds(MemoryPlan plan) {
    return requiredBytes(plan) <= USABLE * bytes;
  }

  /** Returns what a plan takes with the heap at its largest. */
  public long requiredBytes(MemoryPlan plan) {
    long heap = plan.bytes(MemoryConsumer.Kind.HEAP);
    return plan.peakBytes() - heap + Math.max(heap, heapBytes);
  }
}
