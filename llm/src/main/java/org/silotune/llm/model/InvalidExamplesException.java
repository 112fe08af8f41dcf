package org.silotune.llm.model;

import org.silotune.llm.LlmException;

/**
 * Examples that cannot be computed on: none at all, too long for the model, of another vocabulary,
 * without a trained token. It is the data's fault alone, and the same data gives it again; every
 * other failure may be the machine's or the settings'.
 */
public final class InvalidExamplesException extends LlmException {

  /** A failure with a message that says which example, why and what to do. */
  public InvalidExamplesException(String message) {
    super(message);
  }
}
