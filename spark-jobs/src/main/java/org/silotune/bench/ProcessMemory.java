package org.silotune.bench;

/** What the kernel says of this process' memory, heap and native together. */
final class ProcessMemory {

  private ProcessMemory() {}

  /**
   * Returns the largest resident size so far in bytes, pages of mapped files included.
   *
   * @throws IllegalStateException where the kernel does not say
   */
  static long peakResidentBytes() {
    return org.silotune.llm.plan.ProcessMemory.peakResidentBytes()
        .orElseThrow(
            () -> new IllegalStateException("Cannot read peak memory: it is known on Linux only"));
  }
}
