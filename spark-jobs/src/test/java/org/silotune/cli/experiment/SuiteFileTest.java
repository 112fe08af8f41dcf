package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.client.FedProx;
import org.silotune.llm.finetune.TrainingLength;

final class SuiteFileTest {

  private static final String SUITE =
      """
      name: s
      experiment:
        model: tiny
        local: { length: { kind: steps, count: 9 }, batch-size: 2 }
        federated: { client: fedprox }
      data-sets:
        words: { folder: w, experiment: { data: { max-length: 64 }, federated: { client: { proximal-mu: 0.5 } } } }
        plain: { note: as it is }
      adapters:
        narrow: { lora: { rank: 2 } }
        wide: { lora: { rank: 32 }, local: { batch-size: 4 } }
      scales:
        little:
          seeds: [3, 5]
          adapters: [narrow, wide]
          data-sets: { words: { silos: 2, train: 8, tasks: { quiz: 4 } }, plain: {} }
          experiment: { local: { length: { kind: epochs, count: 2 } } }
      """;

  @TempDir private Path folder;

  @Test
  void anExperimentIsTheFilesUnderThatOfDataSetAdapterScaleAndOverride() {
    var file = SuiteFile.read(write(SUITE));
    var scale = file.scale("little");
    assertThat(scale.seeds()).containsExactly(3L, 5L);
    var config = file.experiment(scale, "words", "wide", 5, List.of("lora.alpha=7"));
    assertThat(config.model()).isEqualTo("tiny");
    assertThat(config.data().maxLength()).isEqualTo(64);
    assertThat(config.lora().rank()).isEqualTo(32);
    assertThat(config.lora().alpha()).isEqualTo(7);
    assertThat(config.local().batchSize()).isEqualTo(4);
    assertThat(config.local().length()).as("another kind").isEqualTo(new TrainingLength.Epochs(2));
    assertThat(config.federated().client()).as("the same kind").isEqualTo(new FedProx(0.5));
    assertThat(config.federated().seed()).isEqualTo(5);
    assertThat(file.experiment(scale, "plain", "narrow", 3, List.of()).local().batchSize())
        .isEqualTo(2);
    assertThat(file.folderOf("words")).isEqualTo("w");
    assertThat(file.folderOf("plain")).isEqualTo("plain");
    assertThat(file.noteOf("words")).isEmpty();
    assertThat(file.noteOf("plain")).contains("as it is");
    var words = scale.datasets().get("words");
    assertThat(words.silos()).isEqualTo(OptionalInt.of(2));
    assertThat(words.test()).isEmpty();
    assertThat(words.tasks()).containsOnlyKeys("quiz").containsEntry("quiz", 4);
  }

  @Test
  void unknownNamesGetTheNearestAndTheKnown() {
    var file = SuiteFile.read(write(SUITE));
    refused(
        () -> file.scale("littel"),
        "Unknown scale littel (did you mean little?): suite s has little");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("[narrow, wide]", "[narow]"))).scale("little"),
        "Unknown adapter narow (did you mean narrow?): suite s has narrow, wide");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("{ words: {", "{ wrods: {"))).scale("little"),
        "Unknown data set wrods (did you mean words?): suite s has words, plain");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("adapters:\n", "adapterss:\n"))),
        "Unknown key adapterss in suite.yaml line 9 (did you mean adapters?): known keys of a suite are name, experiment, data-sets, adapters, scales");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("train: 8", "tarin: 8"))).scale("little"),
        "Unknown key tarin in suite.yaml line 16 (did you mean train?): known keys here are silos, train, validation, test, tasks");
    refused(
        () ->
            SuiteFile.read(write(SUITE.replace("lora: { rank: 2 }", "lora: { rnak: 2 }")))
                .experiment(file.scale("little"), "plain", "narrow", 3, List.of()),
        "Unknown key lora.rnak in suite.yaml line 10 (did you mean rank?): known keys of lora are rank, alpha, dropout, target-modules");
  }

  @Test
  void valuesOutOfRangeAreRefusedWithTheirPlace() {
    refused(
        () -> SuiteFile.read(write(SUITE.replace("train: 8", "train: 0"))).scale("little"),
        "Invalid train 0: must be at least 1 (suite.yaml line 16)");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("quiz: 4", "quiz: 0"))).scale("little"),
        "Invalid limit of task quiz 0: must be at least 1 (suite.yaml line 16)");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("[3, 5]", "[3, 3]"))).scale("little"),
        "Invalid seeds [3, 3]: name at least one, and each once (suite.yaml line 13)");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("name: s", "name: S s"))),
        "Invalid name S s in suite.yaml line 1: must be 1 to 40 small letters, digits or dashes, and not rows");
    refused(
        () -> SuiteFile.read(write(SUITE.replace("name: s\n", ""))),
        "Missing key name in suite.yaml line 1");
  }

  @Test
  void everyScaleOfTheBundledSuiteIsSound() {
    var file = SuiteFile.read(Path.of("../submit/experiments/fs-llm.yaml"));
    for (var name : List.of("tiny", "small", "cluster")) {
      var scale = file.scale(name);
      for (var dataset : scale.datasets().keySet()) {
        for (var adapter : scale.adapters()) {
          var config = file.experiment(scale, dataset, adapter, 1, List.of());
          assertThat(config.spark()).isEqualTo(file.experiment(scale, List.of()).spark());
          assertThat(config.report().samples()).isZero();
        }
        scale.datasets().get(dataset).tasks().keySet().stream()
            .filter(task -> task.endsWith(".yaml"))
            .forEach(task -> assertThat(file.folder().resolve(task)).exists());
      }
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String message) {
    assertThatThrownBy(reading).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  private Path write(String text) {
    try {
      return Files.writeString(folder.resolve("suite.yaml"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
