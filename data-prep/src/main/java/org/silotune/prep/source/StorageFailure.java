package org.silotune.prep.source;

import java.io.IOException;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;

/** A storage that does not say what it holds. */
final class StorageFailure {

  private StorageFailure() {}

  /** Returns the error of a source's place that cannot be looked at. */
  static PreparationException ofPlace(String place, IOException cause) {
    return of("source " + place, cause);
  }

  /** Returns the error of a file, by its name in the source. */
  static PreparationException ofFile(SourceFile file, IOException cause) {
    return of(file.name(), cause);
  }

  private static PreparationException of(String what, IOException cause) {
    return new PreparationException(
        "Cannot read %s: %s; see that it can be reached and may be read"
            .formatted(what, LlmException.reason(cause)),
        cause);
  }
}
