package org.silotune.eval.sandbox;

import java.time.Duration;

/**
 * What a program may take.
 *
 * @param wall time from start to end, building included
 * @param cpu time of the processor, of each process
 * @param processes and threads at once
 * @param memoryMib resident memory of all its processes together, in MiB
 * @param folderMib of its folder, which lies in memory, in MiB
 * @param outputKib what is kept of its output, in KiB; the rest is read and dropped
 */
public record SandboxLimits(
    Duration wall, Duration cpu, int processes, int memoryMib, int folderMib, int outputKib) {

  public SandboxLimits {
    requirePositive("wall", wall.toMillis());
    requirePositive("cpu", cpu.toSeconds());
    requirePositive("processes", processes);
    requirePositive("memory-mib", memoryMib);
    requirePositive("folder-mib", folderMib);
    requirePositive("output-kib", outputKib);
  }

  /** Returns 10 seconds, 64 processes, 1 GiB of memory, 64 MiB of files, 64 KiB of output. */
  public static SandboxLimits defaults() {
    return new SandboxLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 64, 1024, 64, 64);
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid %s %d in limits: must be at least 1".formatted(what, value));
    }
  }
}
