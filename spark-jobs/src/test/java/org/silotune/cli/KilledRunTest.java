package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command, its driver killed with signal 9 in the middle of a round. */
@Tag("stress")
final class KilledRunTest {

  private static final String FINAL = "final/adapter_model.safetensors";

  @TempDir private Path folder;

  @Test
  void theSameCommandGoesOnAndEndsWithTheBitsOfARunThatWasNotKilled() throws Exception {
    var experiment = TinyExperiment.in(folder);
    var whole = experiment.train("whole");
    assertThat(whole.status()).as(whole.err()).isEqualTo(ExitStatus.DONE);

    var log = folder.resolve("driver.log");
    var driver = driver(experiment.training("killed"), log);
    await(driver, log, "Round 2 of 3");
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
    assertThat(resumed.err()).contains("Round 2 of 3").doesNotContain("Round 1 of 3");
    assertThat(experiment.of("killed").resolve(FINAL))
        .hasSameBinaryContentAs(experiment.of("whole").resolve(FINAL));
    assertThat(resumed.json().path("adapter_sha256"))
        .isEqualTo(whole.json().path("adapter_sha256"));
    assertThat(resumed.json().path("loss_after")).isEqualTo(whole.json().path("loss_after"));
  }

  /** The command as the start script runs it: a process with the options of this one. */
  private static Process driver(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add") || option.startsWith("-X"))
        .forEach(command::add);
    command.add("-Dai.djl.offline=true");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void await(Process driver, Path log, String text) throws Exception {
    var end = Instant.now().plus(Duration.ofMinutes(5));
    while (!Files.readString(log).contains(text)) {
      assertThat(driver.isAlive() && Instant.now().isBefore(end))
          .as(Files.readString(log))
          .isTrue();
      Thread.sleep(20);
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
