package org.silotune.eval.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The resident memory of a process and all below it, in bytes. Pages that several share count for
 * each. A process in a pid namespace stays below who made the namespace, whatever it does.
 *
 * <p>Memory that is resident nowhere is not in it: a {@link CallFilter} refuses what it is made by.
 * What the kernel holds for pipes and sockets is not in it either.
 */
final class ResidentMemory {

  private ResidentMemory() {}

  static long of(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToLong(each -> resident(each.pid()))
        .sum();
  }

  private static long resident(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(pid)))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // it has ended
    }
  }
}
