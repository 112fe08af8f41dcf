package org.silotune.llm.checkpoint;

import java.nio.file.Path;
import org.silotune.llm.LlmException;

/**
 * A weight file whose bytes cannot be what they claim to be: corrupt, truncated, hostile, or of a
 * version or type that this reader does not know. The message names the file, the place, what was
 * expected there and what was found.
 */
public final class CorruptCheckpointException extends LlmException {

  private static final long serialVersionUID = 1L;

  private CorruptCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  private CorruptCheckpointException(String message) {
    super(message);
  }

  /**
   * Returns the failure of one expectation.
   *
   * @param file the file read
   * @param where the place, such as {@code "byte 8, header length"} or {@code "tensor x, dtype"}
   * @param expected what a sound file has there
   * @param found what this file has there
   */
  public static CorruptCheckpointException of(
      Path file, String where, Object expected, Object found) {
    return new CorruptCheckpointException(message(file, where, expected, found));
  }

  /** Returns the failure of one expectation, noticed by {@code cause}. */
  public static CorruptCheckpointException of(
      Path file, String where, Object expected, Object found, Throwable cause) {
    return new CorruptCheckpointException(message(file, where, expected, found), cause);
  }

  private static String message(Path file, String where, Object expected, Object found) {
    return "Cannot read %s: %s: expected %s, found %s".formatted(file, where, expected, found);
  }
}
