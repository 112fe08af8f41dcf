package org.silotune.prep;

/**
 * The data is not what it is taken for: not there, empty, made for another tokenizer, not prepared
 * at all. The same again on every try.
 */
public final class UnusableDataException extends PreparationException {

  public UnusableDataException(String message) {
    super(message);
  }

  public UnusableDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
