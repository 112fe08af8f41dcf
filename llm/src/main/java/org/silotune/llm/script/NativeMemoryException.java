package org.silotune.llm.script;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.llm.Bytes;
import org.silotune.llm.LlmException;

/**
 * The system refused native memory, or a GPU its own. What was computed is lost; the process is
 * sound and goes on.
 */
public final class NativeMemoryException extends LlmException {

  private static final long serialVersionUID = 1L;

  /** What {@code c10/core/impl/alloc_cpu.cpp} says, on Linux and elsewhere. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "DefaultCPUAllocator: (?:can't allocate memory|not enough memory): you tried to allocate (\\d+) bytes");

  private static final Pattern NO_SIZE =
      Pattern.compile("std::bad_alloc|Cannot allocate memory|out of memory");

  /** What {@code c10/cuda/CUDACachingAllocator.cpp} says. */
  private static final Pattern GPU_REFUSED =
      Pattern.compile(
          "CUDA out of memory\\. Tried to allocate (\\d+(?:\\.\\d+)?) (bytes|KiB|MiB|GiB)");

  /** What CUDA and its library of products say themselves; before {@link #NO_SIZE}. */
  private static final Pattern GPU_NO_SIZE =
      Pattern.compile("CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED");

  private static final List<String> UNITS = List.of("bytes", "KiB", "MiB", "GiB");

  private static final Pattern GPU_HAS =
      Pattern.compile("total capacity of (\\d+(?:\\.\\d+)?) (bytes|KiB|MiB|GiB)");

  private final long bytes;
  private final long gpuBytes;
  private final boolean onGpu;

  private NativeMemoryException(
      String message, long bytes, long gpuBytes, boolean onGpu, Throwable cause) {
    super(message, cause);
    this.bytes = bytes;
    this.gpuBytes = gpuBytes;
    this.onGpu = onGpu;
  }

  private static NativeMemoryException ofProcess(String message, long bytes, Throwable cause) {
    return new NativeMemoryException(message, bytes, -1, /* onGpu= */ false, cause);
  }

  private static NativeMemoryException ofGpu(
      String message, long bytes, long gpuBytes, Throwable cause) {
    return new NativeMemoryException(message, bytes, gpuBytes, /* onGpu= */ true, cause);
  }

  /** Returns how many bytes were asked for, where the engine says. */
  public OptionalLong bytes() {
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  /** Returns how much the GPU has in all, where the engine says. */
  public OptionalLong gpuBytes() {
    return gpuBytes < 0 ? OptionalLong.empty() : OptionalLong.of(gpuBytes);
  }

  /** Returns what was refused, for people: {@code 1.61 GB more of the GPU's memory were refused} */
  public String refused() {
    String whose = onGpu ? "the GPU's memory" : "native memory";
    return bytes < 0
        ? whose + " was refused"
        : "%s more of %s were refused".formatted(Bytes.text(bytes), whose);
  }

  /** Returns whether it is a GPU whose memory is full. */
  public boolean onGpu() {
    return onGpu;
  }

  /** Returns a failure of the engine as what it is: this where memory was refused, else itself. */
  static RuntimeException translated(RuntimeException failure) {
    String said = String.valueOf(failure.getMessage());
    Matcher refused = REFUSED.matcher(said);
    if (refused.find()) {
      long asked = Long.parseLong(refused.group(1));
      return ofProcess(
          "Cannot allocate %d bytes of native memory: the system refuses them".formatted(asked),
          asked,
          failure);
    }
    Matcher gpu = GPU_REFUSED.matcher(said);
    if (gpu.find()) {
      long asked = bytes(gpu);
      Matcher has = GPU_HAS.matcher(said);
      return ofGpu(
          "Cannot allocate %d bytes of the GPU's memory: it is full".formatted(asked),
          asked,
          has.find() ? bytes(has) : -1,
          failure);
    }
    if (GPU_NO_SIZE.matcher(said).find()) {
      return ofGpu("Cannot allocate the GPU's memory: it is full", -1, -1, failure);
    }
    return NO_SIZE.matcher(said).find()
        ? ofProcess("Cannot allocate native memory: the system refuses it", -1, failure)
        : failure;
  }

  private static long bytes(Matcher said) {
    double unit = StrictMath.scalb(1.0, 10 * UNITS.indexOf(said.group(2)));
    return (long) StrictMath.rint(Double.parseDouble(said.group(1)) * unit);
  }
}
