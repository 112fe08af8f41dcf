package org.silotune.prep.source;

import java.io.IOException;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;

/** A storage that does not say what it holds. */
final class StorageFailure {

  private StorageFailure() {}

  /** Returns the error of a place that cannot be looked at. */
  static PreparationException of(String place, IOException cause) {
    return new PreparationException(
        "Cannot read source %s: %s; see that it can be reached and may be read"
            .formatted(place, LlmException.reason(cause)),
        cause);
  }
}
