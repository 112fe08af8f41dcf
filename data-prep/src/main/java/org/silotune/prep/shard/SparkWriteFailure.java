package org.silotune.prep.shard;

import java.io.IOException;
import java.util.Optional;
import org.apache.spark.SparkThrowable;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;

/**
 * What a Spark job that writes failed of: Spark has words of its own for a disk that is full, and
 * carries those of the system among the causes.
 */
public final class SparkWriteFailure {

  private static final String READING = "FAILED_READ_FILE";

  private SparkWriteFailure() {}

  /**
   * Returns the innermost I/O failure among a failure and its causes; none where rows could not be
   * read, or a cause says in its own words what its user can do.
   */
  public static Optional<IOException> of(Throwable failure) {
    Optional<IOException> innermost = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PreparationException
          || cause instanceof LlmException
          || isReading(cause)) {
        return Optional.empty();
      }
      if (cause instanceof IOException io) {
        innermost = Optional.of(io);
      }
    }
    return innermost;
  }

  private static boolean isReading(Throwable cause) {
    return cause instanceof SparkThrowable said
        && String.valueOf(said.getCondition()).startsWith(READING);
  }
}
