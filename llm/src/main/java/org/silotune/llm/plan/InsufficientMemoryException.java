package org.silotune.llm.plan;

import org.silotune.llm.LlmException;

/**
 * A process had not the memory for a fine-tune. Nothing of the silo's data is at fault: another try
 * on a larger machine, or with the setting that the message names, ends otherwise.
 */
public final class InsufficientMemoryException extends LlmException {

  private static final long serialVersionUID = 1L;

  InsufficientMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  InsufficientMemoryException(String message) {
    super(message);
  }
}
