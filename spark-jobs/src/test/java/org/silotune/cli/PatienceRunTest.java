package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is to stop early by validation rows, of which its data has none. */
final class PatienceRunTest {

  private static final String NO_VALIDATION = "data.holdout.validation=0";
  private static final String ONE_ROUND = "federated.rounds=1";

  @TempDir private Path folder;

  @Test
  void itIsRefusedBeforeItIsBegunAndTheSameRunIdDoesAsTheMessageSays() throws IOException {
    var experiment = TinyExperiment.in(folder);

    var refused =
        experiment.train(
            "a",
            "--set",
            ONE_ROUND,
            "--set",
            NO_VALIDATION,
            "--set",
            "federated.evaluation.patience=2");
    assertThat(refused.json().path("error").asText())
        .isEqualTo(
            "Invalid patience 2: no silo has validation rows to stop early by; raise data.holdout.validation, or set federated.evaluation.patience to none");
    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(experiment.of("a")).doesNotExist();

    var run = experiment.train("a", "--set", ONE_ROUND, "--set", NO_VALIDATION);
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
  }
}
