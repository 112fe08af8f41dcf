package org.silotune.llm.script;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What of the engine decides the bits of a product of floats.
 *
 * @param libtorch version of the native library
 * @param cpuCapability the widest vector instructions that its kernels use on this processor:
 *     {@code avx512}, {@code avx2} or {@code default}
 */
public record EngineIdentity(String libtorch, String cpuCapability) {

  /**
   * What libtorch's kernels ask of a processor, see its {@code aten/src/ATen/native/DispatchStub}.
   */
  private static final List<String> AVX2 = List.of("avx2", "fma");

  private static final List<String> AVX512 =
      List.of("avx2", "fma", "avx512f", "avx512vl", "avx512bw", "avx512dq");

  public EngineIdentity {
    requireNonNull(libtorch, "libtorch");
    requireNonNull(cpuCapability, "cpuCapability");
  }

  /** Loads the engine of this process and returns what it is. */
  public static EngineIdentity ofThisProcess() {
    return new EngineIdentity(NativeEngine.get().getVersion(), capability(flags()));
  }

  /** Returns whether this process has loaded its engine, which sees its devices from then on. */
  public static boolean isLoaded() {
    return NativeEngine.isLoaded();
  }

  static String capability(List<String> flags) {
    if (flags.containsAll(AVX512)) {
      return "avx512";
    }
    return flags.containsAll(AVX2) ? "avx2" : "default";
  }

  /** The processor's features; none where the system does not say. */
  private static List<String> flags() {
    var file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return List.of();
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(
              line ->
                  Arrays.asList(line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1)))
          .orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
