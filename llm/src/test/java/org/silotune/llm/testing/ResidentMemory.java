package org.silotune.llm.testing;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this process has in memory, as the kernel counts it. */
public final class ResidentMemory {

  private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ .*");
  private static final Function TRIM = NativeLibrary.getInstance("c").getFunction("malloc_trim");

  private ResidentMemory() {}

  /** Returns the bytes that are in use, after the allocator has given back what it can. */
  public static long bytesInUse() {
    System.gc();
    var unused = TRIM.invokeInt(new Object[] {0L});
    return bytes();
  }

  /** Returns the bytes that are resident as it is. */
  public static long bytes() {
    return lines(Path.of("/proc/self/status"))
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(ResidentMemory::kilobytes)
        .findFirst()
        .orElseThrow();
  }

  /** Returns the bytes of mappings of a file. */
  public static long ofFile(Path file) {
    String suffix = " " + file.toAbsolutePath();
    boolean[] within = new boolean[1];
    return lines(Path.of("/proc/self/smaps"))
        .mapToLong(
            line -> {
              if (MAPPING.matcher(line).matches()) {
                within[0] = line.endsWith(suffix);
              }
              return within[0] && line.startsWith("Rss:") ? kilobytes(line) : 0;
            })
        .sum();
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
