package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;

/**
 * A run on a file system that is none of this machine: Hadoop's own {@code viewfs}, whose paths no
 * one but Hadoop can open. Behind it lies a folder, so that the test can look.
 */
final class RemoteRunTest {

  private static final String MOUNT = "spark.hadoop.fs.viewfs.mounttable.silotune-test.link./store";
  private static final String RUNS = "viewfs://silotune-test/store/runs";
  private static final String RUN = RUNS + "/a";

  @TempDir private static Path folder;
  private static Outcome trained;

  @BeforeAll
  static void train() {
    System.setProperty(MOUNT, "file://" + folder);
    TinyExperiment.in(folder);
    trained =
        TinyExperiment.run(
            "train",
            folder.resolve("tiny.yaml").toString(),
            "--output",
            RUNS,
            "--run-id",
            "a",
            "--set",
            "federated.rounds=1",
            "--json");
  }

  @AfterAll
  static void unmount() {
    System.clearProperty(MOUNT);
  }

  @Test
  void itIsEvaluatedWhereItLies() throws IOException {
    assertThat(trained.status()).as(trained.err()).isEqualTo(ExitStatus.DONE);

    var there = TinyExperiment.run("evaluate", RUN, "--json");
    var here = TinyExperiment.run("evaluate", folder.resolve("runs/a").toString(), "--json");

    assertThat(there.status()).as(there.err()).isEqualTo(ExitStatus.DONE);
    assertThat(there.json().path("data").asText()).isEqualTo(RUN + "/data");
    assertThat(there.json().path("loss")).isEqualTo(here.json().path("loss"));
    assertThat(there.json().path("loss").asDouble())
        .isEqualTo(trained.json().path("loss_after").asDouble());

    var adapterOnData =
        TinyExperiment.run("evaluate", RUN + "/final", "--data", RUN + "/data", "--json");
    assertThat(adapterOnData.json().path("loss")).isEqualTo(here.json().path("loss"));
  }

  @Test
  void itsAdapterAnswersAsTheSameOneHereAndLeavesNoCopy() throws IOException {
    var temporary = temporaryFolders();

    var there = generate(RUN);
    var here = generate(folder.resolve("runs/a/best").toString());

    assertThat(there.status()).as(there.err()).isEqualTo(ExitStatus.DONE);
    assertThat(there.json().path("answers")).isEqualTo(here.json().path("answers"));
    assertThat(temporaryFolders()).isEqualTo(temporary);
  }

  @Test
  void itAndItsPartsAreDescribed() throws IOException {
    var run = TinyExperiment.run("describe", RUN, "--json");
    assertThat(run.json().path("run").asText()).isEqualTo(RUN);
    assertThat(run.json().path("ended").asBoolean()).isTrue();
    assertThat(run.json().path("result").path("rounds").asInt()).isEqualTo(1);
    assertThat(run.out()).contains("# ");
    var data = TinyExperiment.run("describe", RUN + "/data", "--json");
    assertThat(data.json().path("rows_in").asInt()).isEqualTo(106);
    var adapter = TinyExperiment.run("describe", RUN + "/best", "--json");
    assertThat(adapter.json().path("adapter").asText()).isEqualTo(RUN + "/best");
    assertThat(adapter.json().path("config").path("rank").asText()).isEqualTo("2");
  }

  @Test
  void whatIsNotThereIsSaidWithItsPlace() throws IOException {
    assertRefused(
        "Missing adapter %s: it is no folder; name an adapter folder or a run",
        RUNS + "/b", "evaluate", RUNS + "/b", "--data", RUN + "/data");
    assertRefused(
        "Missing adapter %s: it is no folder; name an adapter folder or a run",
        RUNS + "/b", "generate", "--adapter", RUNS + "/b", "--prompt", "x");
    assertRefused(
        "Invalid folder %s: there is no such folder", RUNS + "/b", "describe", RUNS + "/b");
    assertRefused(
        "Invalid --data %s: there is no such folder",
        RUNS + "/b", "evaluate", "--model", "tiny", "--data", RUNS + "/b");
    assertRefused(
        "Cannot describe %s: neither prepared data (manifest.json), nor a run (run.json), nor an adapter (adapter_config.json)",
        RUNS, "describe", RUNS);

    var unknown = TinyExperiment.run("describe", "nowhere://x/y");
    assertThat(unknown.err())
        .isEqualTo("silotune: Cannot open nowhere://x/y: No FileSystem for scheme \"nowhere\"\n");
  }

  @Test
  void anAdapterThatIsNotSoundIsNamedByItsPlaceThere() throws IOException {
    var broken = Files.createDirectory(folder.resolve("broken"));
    Files.copy(
        folder.resolve("runs/a/best/adapter_config.json"), broken.resolve("adapter_config.json"));
    var place = "viewfs://silotune-test/store/broken";
    var temporary = temporaryFolders();

    var without = TinyExperiment.run("describe", place);
    assertThat(without.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(without.err())
        .isEqualTo(
            "silotune: Missing %s/adapter_model.safetensors: %s is not an adapter folder; name one that holds adapter_config.json and adapter_model.safetensors\n"
                .formatted(place, place));
    Files.writeString(broken.resolve("adapter_model.safetensors"), "no safetensors at all");
    assertThat(TinyExperiment.run("describe", place).err())
        .contains(place + "/adapter_model.safetensors")
        .doesNotContain("silotune-adapter", System.getProperty("java.io.tmpdir") + "/");
    assertThat(temporaryFolders()).isEqualTo(temporary);
  }

  private static Outcome generate(String adapter) {
    return TinyExperiment.run(
        "generate",
        "--adapter",
        adapter,
        "--prompt",
        "What is 2 plus 3?",
        "--max-new-tokens",
        "6",
        "--json");
  }

  private static void assertRefused(String message, String place, String... command) {
    var refused = TinyExperiment.run(command);
    assertThat(refused.err()).isEqualTo("silotune: " + message.formatted(place) + "\n");
    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
  }

  private static List<String> temporaryFolders() throws IOException {
    try (Stream<Path> found = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("silotune-"))
          .sorted()
          .toList();
    }
  }
}
