package org.silotune.cli.experiment;

/** A configuration that cannot be used: an unknown key, a wrong type, a value out of range. */
public final class ConfigException extends RuntimeException {

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
