package org.silotune.llm;

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
}
