package org.silotune.llm;

/** A setting names what there is not, or what does not go with another setting. */
public final class InvalidChoiceException extends LlmException {

  public InvalidChoiceException(String message) {
    super(message);
  }
}
