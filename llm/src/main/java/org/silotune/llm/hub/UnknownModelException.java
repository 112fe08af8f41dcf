package org.silotune.llm.hub;

import org.silotune.llm.LlmException;

/** A model was named that is neither registered nor a model on this machine. */
public final class UnknownModelException extends LlmException {

  public UnknownModelException(String message) {
    super(message);
  }

  public UnknownModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
