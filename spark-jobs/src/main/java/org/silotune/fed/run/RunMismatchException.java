package org.silotune.fed.run;

import org.silotune.fed.FederationException;

/** What was asked does not fit the run that is there: nothing was touched; ask otherwise. */
public final class RunMismatchException extends FederationException {

  public RunMismatchException(String message) {
    super(message);
  }
}
