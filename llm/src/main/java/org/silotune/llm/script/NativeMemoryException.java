package org.silotune.llm.script;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.llm.LlmException;

/**
 * The system refused native memory. What was computed is lost; the process is sound and goes on.
 */
public final class NativeMemoryException extends LlmException {

  private static final long serialVersionUID = 1L;

  /** What {@code c10/core/impl/alloc_cpu.cpp} says, on Linux and elsewhere. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "DefaultCPUAllocator: (?:can't allocate memory|not enough memory): you tried to allocate (\\d+) bytes");

  private static final Pattern NO_SIZE =
      Pattern.compile("std::bad_alloc|Cannot allocate memory|out of memory");

  private final long bytes;

  private NativeMemoryException(String message, long bytes, Throwable cause) {
    super(message, cause);
    this.bytes = bytes;
  }

  /** Returns how many bytes were asked for, where the engine says. */
  public OptionalLong bytes() {
    return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
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
          failure);
    }
    return NO_SIZE.matcher(said).find()
        ? new NativeMemoryException(
            "Cannot allocate native memory: the system refuses it", -1, failure)
        : failure;
  }
}
