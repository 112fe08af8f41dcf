package org.silotune.fed.run;

import org.silotune.fed.UnusableExecutorException;

/** A process has an environment in which it would compute other bits than the run. */
public final class NumericEnvironmentException extends UnusableExecutorException {

  public NumericEnvironmentException(String message) {
    super(message);
  }
}
