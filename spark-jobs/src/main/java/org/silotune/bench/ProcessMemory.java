package org.silotune.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of this process' memory, heap and native together. */
final class ProcessMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private ProcessMemory() {}

  /**
   * Returns the largest resident size so far in bytes, pages of mapped files included.
   *
   * @throws UncheckedIOException where the kernel does not say
   */
  static long peakResidentBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow(() -> new IOException("no %s in %s".formatted(PEAK, STATUS)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read peak memory: it is known on Linux only", e);
    }
  }
}
