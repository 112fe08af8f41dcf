package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.errors.QueryExecutionErrors;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;

final class SparkWriteFailureTest {

  private final IOException full = new IOException("No space left on device");

  @Test
  void theInnermostReasonIsThatOfTheSystem() {
    IOException outer =
        new IOException("Failed to close the writer", new IllegalStateException(full));
    assertThat(SparkWriteFailure.of(new SparkException("Job aborted", outer))).containsSame(full);
    assertThat(SparkWriteFailure.of(new UncheckedIOException(full))).containsSame(full);
    assertThat(SparkWriteFailure.of(full)).containsSame(full);
  }

  @Test
  void whatIsNoFailureToWriteIsNone() {
    assertThat(SparkWriteFailure.of(new IllegalStateException("a bug"))).isEmpty();
    assertThat(
            SparkWriteFailure.of(
                new SparkException("Job aborted", new PreparationException("Cannot read X", full))))
        .isEmpty();
    assertThat(SparkWriteFailure.of(new SparkException("Job", new LlmException("Cannot", full))))
        .isEmpty();
    Throwable reading = QueryExecutionErrors.cannotReadFilesError(full, "rows.jsonl");
    assertThat(SparkWriteFailure.of(new SparkException("Job aborted", reading))).isEmpty();
  }
}
