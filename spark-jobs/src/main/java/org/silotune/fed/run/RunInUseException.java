package org.silotune.fed.run;

import org.silotune.fed.FederationException;

/** Another process holds the run: nothing was touched, and waiting for it may help. */
public final class RunInUseException extends FederationException {

  public RunInUseException(String message) {
    super(message);
  }
}
