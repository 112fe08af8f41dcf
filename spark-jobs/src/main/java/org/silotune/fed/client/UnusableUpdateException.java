package org.silotune.fed.client;

import org.silotune.fed.FederationException;

/**
 * A failure that is a function of the silo's data and would come back on every retry: nothing to
 * train on, a loss or a delta that is not finite, a coordinate out of range. The silo's weight
 * becomes 0 and the message its recorded reason; nothing is retried.
 */
public final class UnusableUpdateException extends FederationException {

  public UnusableUpdateException(String message) {
    super(message);
  }

  public UnusableUpdateException(String message, Throwable cause) {
    super(message, cause);
  }
}
