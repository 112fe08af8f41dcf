package org.silotune.llm;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the user of a model can act on: its message says what, the value, why and what to
 * do. Bugs are the JDK's own exceptions instead.
 */
public class LlmException extends RuntimeException {

  public LlmException(String message) {
    super(message);
  }

  public LlmException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns the failure {@code Cannot <verb> <path>: <reason>}. */
  public static LlmException cannot(String verb, Path path, IOException cause) {
    return new LlmException("Cannot %s %s: %s".formatted(verb, path, reason(cause)), cause);
  }

  /** Returns why a file operation failed; the JDK's own messages are often only the path. */
  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "access denied";
    }
    if (failure instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (failure instanceof FileAlreadyExistsException obstacle) {
      return "%s is in the way".formatted(obstacle.getFile());
    }
    @Nullable String said =
        failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
    return said == null ? failure.toString() : said;
  }
}
