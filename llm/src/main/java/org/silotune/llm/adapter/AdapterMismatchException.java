package org.silotune.llm.adapter;

import org.silotune.llm.LlmException;

/** An adapter of another base model. */
public final class AdapterMismatchException extends LlmException {

  AdapterMismatchException(String message) {
    super(message);
  }

  AdapterMismatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
