package org.silotune.llm;

/**
 * A process had not the memory for a fine-tune, a pass or a model, or its GPU had not. The message
 * says what has it. Nothing of the data is at fault: another try on a larger machine, or with the
 * setting that the message names, ends otherwise.
 */
public final class InsufficientMemoryException extends LlmException {

  private static final long serialVersionUID = 1L;

  public InsufficientMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  public InsufficientMemoryException(String message) {
    super(message);
  }
}
