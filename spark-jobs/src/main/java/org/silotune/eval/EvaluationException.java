package org.silotune.eval;

/**
 * A failure of a task evaluation that its user can act on: the message says what, the value, why
 * and what to do. Bugs are the JDK's own exceptions instead.
 */
public class EvaluationException extends RuntimeException {

  public EvaluationException(String message) {
    super(message);
  }

  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
