package org.silotune.fed;

/**
 * A process that cannot take part in a run. It is no failure of a silo: the run ends, for the next
 * silo there would fare alike.
 */
public class UnusableExecutorException extends FederationException {

  public UnusableExecutorException(String message) {
    super(message);
  }

  public UnusableExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}
