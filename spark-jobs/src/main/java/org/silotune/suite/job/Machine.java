package org.silotune.suite.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.silotune.llm.plan.ProcessMemory;

/**
 * What times depend on: the machine of this process, which on a cluster is the driver's.
 *
 * @param processor as Linux names it; {@code unknown} where it does not
 * @param cores that the process may use
 * @param memoryBytes that the process can have: the container's limit, or the machine's
 */
record Machine(String processor, int cores, long memoryBytes) {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  static Machine ofThisProcess() {
    return new Machine(
        processor(lines()), Runtime.getRuntime().availableProcessors(), ProcessMemory.limitBytes());
  }

  /** Returns the name of the first processor in what Linux says of all. */
  static String processor(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse("unknown");
  }

  /** Returns all of it in a line. */
  String words() {
    return String.format(
        Locale.ROOT,
        "processor %s, %d core%s, %.1f GB of memory",
        processor,
        cores,
        cores == 1 ? "" : "s",
        memoryBytes * 1e-9);
  }

  private static List<String> lines() {
    try {
      return Files.isReadable(PROCESSORS) ? Files.readAllLines(PROCESSORS) : List.of();
    } catch (IOException e) {
      return List.of(); // a report without the processor's name is better than none
    }
  }
}
