package org.silotune.llm.script;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  private final long bytes;
  private final boolean onGpu;

  private NativeMemoryException(String message, long bytes, boolean onGpu, Throwable cause) {
    super(message, cause);
    this.bytes = bytes;
    this.onGpu = onGpu;
  }

  /** Returns how many bytes were asked for, where the engine says. */
  public OptionalLong bytes() {
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
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
      return new NativeMemoryException(
          "Cannot allocate %d bytes of native memory: the system refuses them".formatted(asked),
          asked,
          /* onGpu= */ false,
          failure);
    }
    Matcher gpu = GPU_REFUSED.matcher(said);
    if (gpu.find()) {
      double unit = StrictMath.scalb(1.0, 10 * UNITS.indexOf(gpu.group(2)));
      long asked = (long) StrictMath.rint(Double.parseDouble(gpu.group(1)) * unit);
      return new NativeMemoryException(
          "Cannot allocate %d bytes of the GPU's memory: it is full".formatted(asked),
          asked,
          /* onGpu= */ true,
          failure);
    }
    if (GPU_NO_SIZE.matcher(said).find()) {
      return new NativeMemoryException(
          "Cannot allocate the GPU's memory: it is full", -1, /* onGpu= */ true, failure);
    }
    return NO_SIZE.matcher(said).find()
        ? new NativeMemoryException(
            "Cannot allocate native memory: the system refuses it", -1, /* onGpu= */ false, failure)
        : failure;
  }
}
