package org.silotune.eval;

/**
 * A task that does not fit its rows or cannot be understood: the same again on every try, to be
 * written otherwise.
 */
public final class InvalidTaskException extends EvaluationException {

  public InvalidTaskException(String message) {
    super(message);
  }

  public InvalidTaskException(String message, Throwable cause) {
    super(message, cause);
  }
}
