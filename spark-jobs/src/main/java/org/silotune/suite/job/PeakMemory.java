package org.silotune.suite.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.plan.ProcessMemory;

/** The most memory that this process has resident, from a moment on. */
final class PeakMemory {

  private static final Path MARKS = Path.of("/proc/self/clear_refs");
  private static final String FORGET_PEAK = "5";

  private PeakMemory() {}

  /** Forgets what was before; where the kernel does not do that, peaks are since the start. */
  static void begin() {
    try {
      Files.writeString(MARKS, FORGET_PEAK);
    } catch (IOException e) {
      return; // not Linux, or a container that may not: the peak is then one of the whole process
    }
  }

  /** Returns the peak in bytes, 0 where the system does not say. */
  static long bytes() {
    return ProcessMemory.peakResidentBytes().orElse(0);
  }
}
