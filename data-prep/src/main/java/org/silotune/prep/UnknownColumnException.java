package org.silotune.prep;

/** Settings name a column that the source does not have. */
public final class UnknownColumnException extends PreparationException {

  public UnknownColumnException(String message) {
    super(message);
  }
}
