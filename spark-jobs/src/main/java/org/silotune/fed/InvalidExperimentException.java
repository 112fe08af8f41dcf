package org.silotune.fed;

/**
 * An experiment whose parts do not fit: it asks its model, its data or Spark for what they do not
 * have. The same again on every try: to be written otherwise.
 */
public final class InvalidExperimentException extends FederationException {

  public InvalidExperimentException(String message) {
    super(message);
  }

  public InvalidExperimentException(String message, Throwable cause) {
    super(message, cause);
  }
}
