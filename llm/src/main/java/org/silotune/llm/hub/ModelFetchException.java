package org.silotune.llm.hub;

import org.silotune.llm.LlmException;

/**
 * A registered model could not be had: no network, no Python, not enough room, or not the bytes
 * that were promised. A caller that has another model may go on with that one and say so.
 */
public final class ModelFetchException extends LlmException {

  public ModelFetchException(String message) {
    super(message);
  }

  public ModelFetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
