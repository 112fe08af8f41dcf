package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, its driver killed with signal 9 in the middle of a round. */
final class KilledRunTest {

  private static final String FINAL = "final/adapter_model.safetensors";

  @TempDir private Path folder;

  @Test
  void theSameCommandGoesOnAndEndsWithTheBitsOfARunThatWasNotKilled() throws Exception {
    var experiment = TinyExperiment.in(folder);
    var whole = experiment.train("whole");
    assertThat(whole.status()).as(whole.err()).isEqualTo(ExitStatus.DONE);

    var log = folder.resolve("driver.log");
    var command = CommandProcess.start(log, Map.of(), experiment.training("killed"));
    command.await("Round 2 of 3");
    var driver = command.process();
    signal(driver, "-STOP"); // still alive and holding the run, but not getting on with it
    assertThat(experiment.of("killed").resolve("checkpoints/round-00001")).exists();
    assertThat(experiment.of("killed").resolve("checkpoints/round-00002")).doesNotExist();

    var second = experiment.train("killed");
    assertThat(second.status()).isEqualTo(ExitStatus.HELD);
    assertThat(second.err().lines()).hasSize(1); // no model was loaded and no Spark started
    assertThat(second.json().path("error").asText())
        .isEqualTo(
            "Cannot start run killed: another process holds %s; wait for it to end, or use another run id"
                .formatted(experiment.of("killed").resolve(".lock")));

    driver.destroyForcibly(); // SIGKILL
    assertThat(driver.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(driver.exitValue()).isEqualTo(128 + 9);

    var resumed = experiment.train("killed");
    assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.DONE);
    assertThat(resumed.err())
        .contains("Going on after round 1 of 3\n", "Round 2 of 3")
        .doesNotContain("Round 1 of 3");
    assertThat(experiment.of("killed").resolve(FINAL))
        .hasSameBinaryContentAs(experiment.of("whole").resolve(FINAL));
    assertThat(resumed.json().path("adapter_sha256"))
        .isEqualTo(whole.json().path("adapter_sha256"));
    assertThat(resumed.json().path("loss_after")).isEqualTo(whole.json().path("loss_after"));
  }

  private static void signal(Process process, String signal) throws Exception {
    var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
