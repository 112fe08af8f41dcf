package org.silotune.suite;

/** A suite that cannot be finished; the message says which cells, and what to do. */
public class SuiteException extends RuntimeException {

  public SuiteException(String message) {
    super(message);
  }

  public SuiteException(String message, Throwable cause) {
    super(message, cause);
  }
}
