package org.silotune.fed.run;

import org.silotune.fed.FederationException;

/**
 * A process has an environment in which it would compute other bits than the run. It is no failure
 * of a silo: the run ends, for the next silo there would fare alike.
 */
public final class NumericEnvironmentException extends FederationException {

  public NumericEnvironmentException(String message) {
    super(message);
  }
}
