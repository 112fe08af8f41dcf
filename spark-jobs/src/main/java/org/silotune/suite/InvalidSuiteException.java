package org.silotune.suite;

/**
 * A suite that another try would not finish either: a bad setting, missing data, other settings.
 */
public final class InvalidSuiteException extends SuiteException {

  public InvalidSuiteException(String message) {
    super(message);
  }
}
