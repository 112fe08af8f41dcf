package org.silotune.prep;

/**
 * A failure the user can act on: bad input data, a bad setting, or a prepared folder that does not
 * fit. The message says what failed, the value, why and what to do. Bugs are the JDK's own
 * exceptions instead.
 */
public class PreparationException extends RuntimeException {

  public PreparationException(String message) {
    super(message);
  }

  public PreparationException(String message, Throwable cause) {
    super(message, cause);
  }
}
