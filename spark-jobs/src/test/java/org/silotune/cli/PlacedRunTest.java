package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that say which hosts may open which silo's data. */
final class PlacedRunTest {

  private static final String REFUSED =
      "misplaced, Cannot open the data of silo s2 on host 127.0.0.1: its hosts are nowhere.example and placement is strict";

  @TempDir private Path folder;

  @Test
  void theRunGoesOnWithoutTheSiloAndSaysSoWhereverAnAverageIs() throws IOException {
    var experiment = TinyExperiment.in(folder);

    var run =
        experiment.train(
            "a", "--set", "placement.hosts.s2=[nowhere.example]", "--set", "federated.rounds=1");

    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    int silos = run.json().path("silos").asInt();
    assertThat(run.json().path("silos_compared").asInt()).isEqualTo(silos - 1);
    assertThat(run.json().path("reproducible").asBoolean()).isFalse();
    assertThat(run.out())
        .containsPattern("s2 +0 +misplaced +misplaced +misplaced +misplaced")
        .contains("%d of %d silos".formatted(silos - 1, silos));
    assertThat(run.err())
        .contains("round 1 is repeated for misplaced s2")
        .contains("  s2: not scored: " + REFUSED)
        .contains("rows, without s2)")
        .contains("Warning: Test answers after round 0 are without s2: " + REFUSED);
    assertThat(Files.readString(experiment.of("a").resolve("report.md")))
        .contains("## Warnings")
        .contains("- Test answers after round 1 are without s2: " + REFUSED);
  }

  @Test
  void aRunGoesOnAfterItsSilosHaveMovedAndHasTheSameBits() throws IOException {
    var experiment = TinyExperiment.in(folder);
    var whole = experiment.train("whole", "--set", "federated.rounds=2");
    assertThat(whole.status()).as(whole.err()).isEqualTo(ExitStatus.DONE);

    var begun =
        experiment.train(
            "moved",
            "--set",
            "federated.rounds=1",
            "--set",
            "placement.hosts.s2=[127.0.0.1]",
            "--set",
            "placement.hosts.s3=[127.0.0.1, gone.example]");
    assertThat(begun.status()).as(begun.err()).isEqualTo(ExitStatus.DONE);

    var alsoOther =
        experiment.train(
            "moved",
            "--set",
            "federated.rounds=2",
            "--set",
            "placement.hosts.s2=[new.example]",
            "--set",
            "lora.rank=4");
    assertThat(alsoOther.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(alsoOther.json().path("error").asText())
        .isEqualTo(
            "Cannot resume run moved with another configuration: lora.rank: was 2, now 4; undo the change, or use another run id");

    var moved =
        experiment.train(
            "moved",
            "--set",
            "federated.rounds=2",
            "--set",
            "placement.mode=preferred",
            "--set",
            "placement.hosts.s2=[new.example]",
            "--set",
            "placement.hosts.s5=[127.0.0.1]");

    assertThat(moved.status()).as(moved.err()).isEqualTo(ExitStatus.DONE);
    assertThat(moved.json().path("adapter_sha256")).isEqualTo(whole.json().path("adapter_sha256"));
    assertThat(moved.json().path("reproducible").asBoolean()).isTrue();
    assertThat(experiment.of("moved").resolve("final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(experiment.of("whole").resolve("final/adapter_model.safetensors"));
    assertThat(Files.readString(experiment.of("moved").resolve("config.json")))
        .contains("\"placement.mode\" : \"preferred\"", "[new.example]")
        .doesNotContain("gone.example");
  }
}
