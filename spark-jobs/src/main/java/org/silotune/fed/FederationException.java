package org.silotune.fed;

/**
 * A failure of a federated run that its user can act on: the message says what, the value, why and
 * what to do. Bugs are the JDK's own exceptions instead.
 */
public class FederationException extends RuntimeException {

  public FederationException(String message) {
    super(message);
  }

  public FederationException(String message, Throwable cause) {
    super(message, cause);
  }
}
