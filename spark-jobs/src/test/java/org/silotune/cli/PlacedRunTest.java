package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose strict silo has its data on a host that has no executor. */
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
}
