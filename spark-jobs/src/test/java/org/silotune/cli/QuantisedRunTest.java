package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;

/** Whole runs on a base that is held in few bits. */
final class QuantisedRunTest {

  private static final String INT8 = "precision.base=int8";
  private static final String NF4 = "precision.base=nf4";
  private static final String TWO = "federated.rounds=2";

  @TempDir private static Path folder;
  private static TinyExperiment experiment;
  private static Outcome whole;

  @BeforeAll
  static void train() {
    experiment = TinyExperiment.in(folder);
    whole = experiment.train("int8", "--set", INT8, "--set", TWO);
    assertThat(whole.status()).as(whole.err()).isEqualTo(ExitStatus.DONE);
  }

  @Test
  void itLearnsAndItsManifestTellsTheBase() throws IOException {
    assertThat(whole.json().path("loss_after").asDouble())
        .isLessThan(whole.json().path("loss_before").asDouble());
    assertThat(dtype("int8")).isEqualTo("float32 on int8");
  }

  @Test
  void itGoesOnOffloadedWithTheBitsOfARunThatDidNotStop() throws IOException {
    var begun = experiment.train("stopped", "--set", INT8, "--set", "federated.rounds=1");
    assertThat(begun.status()).as(begun.err()).isEqualTo(ExitStatus.DONE);
    var resumed =
        experiment.train("stopped", "--set", INT8, "--set", TWO, "--set", "precision.offload=true");
    assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.DONE);
    assertThat(resumed.err()).doesNotContain("Round 1 of");
    assertThat(resumed.json().path("adapter_sha256"))
        .isEqualTo(whole.json().path("adapter_sha256"));
  }

  @Test
  void itIsEvaluatedOnTheBaseThatItWasTrainedOnUnlessAskedOtherwise() throws IOException {
    var run = experiment.of("int8").toString();
    var own = TinyExperiment.run("evaluate", run, "--json");
    var exact = TinyExperiment.run("evaluate", run, "--base", "float32", "--json");
    assertThat(own.status()).as(own.err()).isEqualTo(ExitStatus.DONE);
    assertThat(own.json().path("base").asText()).isEqualTo("int8");
    assertThat(own.json().path("loss").asDouble())
        .isEqualTo(whole.json().path("loss_after").asDouble());
    assertThat(exact.json().path("base").asText()).isEqualTo("float32");
    assertThat(exact.json().path("loss")).isNotEqualTo(own.json().path("loss"));
  }

  @Test
  void itAnswersOnTheBaseThatItWasTrainedOn() {
    var run = experiment.of("int8").toString();
    var answer =
        TinyExperiment.run(
            "generate", "--adapter", run, "--prompt", "What is 2 plus 3?", "--max-new-tokens", "4");
    assertThat(answer.status()).as(answer.err()).isEqualTo(ExitStatus.DONE);
  }

  @Test
  void anotherBaseIsAnotherRun() throws IOException {
    var refused = experiment.train("int8", "--set", NF4, "--set", TWO);
    assertThat(refused.json().path("error").asText()).contains("precision.base: was int8, now nf4");
    var run = experiment.train("nf4", "--set", NF4, "--set", "federated.rounds=1");
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    assertThat(dtype("nf4")).isEqualTo("float32 on nf4");
    assertThat(run.json().path("loss_before")).isNotEqualTo(whole.json().path("loss_before"));
  }

  @Test
  void layersThatAreKeptAreRefusedBeforeAnythingIsDone() throws IOException {
    for (var precision : new String[] {INT8, "precision.offload=true"}) {
      var refused =
          experiment.train("kept", "--set", precision, "--set", "local.checkpointing=off");
      assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(refused.json().path("error").asText())
          .startsWith("Invalid checkpointing off: ")
          .contains("set auto or on");
    }
    assertThat(experiment.of("kept")).doesNotExist();
  }

  private static String dtype(String run) throws IOException {
    var manifest = experiment.of(run).resolve("manifest.json").toFile();
    return JsonMapper.builder().build().readTree(manifest).at("/profile/dtype").asText();
  }
}
