package org.silotune.fed.job;

import org.silotune.fed.FederationException;

/** An experiment that asks its model for what the model does not have: to be written otherwise. */
public final class InvalidExperimentException extends FederationException {

  InvalidExperimentException(String message) {
    super(message);
  }

  InvalidExperimentException(String message, Throwable cause) {
    super(message, cause);
  }
}
