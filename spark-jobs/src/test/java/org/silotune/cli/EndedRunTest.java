package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;
import org.silotune.fed.run.RunDirectory;

/** One real run, and everything that is asked of it afterwards. */
final class EndedRunTest {

  private static final String FINAL = "final/adapter_model.safetensors";

  @TempDir private static Path folder;
  private static TinyExperiment experiment;
  private static Outcome first;

  @BeforeAll
  static void train() {
    experiment = TinyExperiment.in(folder);
    first = experiment.train("a");
    assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.DONE);
  }

  @Test
  void itSaysItsResultAgainWithoutSparkAndNoFileIsTouched() throws IOException {
    var before = files(experiment.of("a"));
    var again = experiment.train("a");

    assertThat(again.status()).isEqualTo(ExitStatus.DONE);
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(again.err()).isEqualTo("Run a has ended: this is its result\n");
    assertThat(files(experiment.of("a"))).isEqualTo(before);
  }

  @Test
  void itMayMoveAndSaysWhereItIs() throws IOException {
    var moved = folder.resolve("elsewhere");
    copy(experiment.of("a"), moved.resolve("a"));

    var again =
        TinyExperiment.run(
            "train",
            experiment.file("tiny.yaml"),
            "--output",
            moved.toString(),
            "--run-id",
            "a",
            "--json");

    assertThat(again.json().path("adapter").asText()).isEqualTo(moved.resolve("a/best").toString());
  }

  @Test
  void itsDataMayMoveButNotChange() throws IOException {
    var clone = Files.createDirectory(folder.resolve("clone"));
    var elsewhere = TinyExperiment.in(clone);
    copy(experiment.of("a"), elsewhere.of("a"));
    var leftovers = // of starts that were killed while they prepared data
        List.of(
            elsewhere.of("a").resolve("_data.unfinished"),
            elsewhere.of("a").resolve(".tmp-data-elsewhere"));
    for (var leftover : leftovers) {
      Files.writeString(Files.createDirectories(leftover.resolve("shards")).resolve("part"), "x");
    }

    var again = elsewhere.train("a");
    assertThat(again.status()).as(again.err()).isEqualTo(ExitStatus.DONE);
    assertThat(leftovers).noneMatch(Files::exists);
    assertThat(again.json().path("adapter_sha256")).isEqualTo(first.json().path("adapter_sha256"));
    assertThat(elsewhere.train("a").err()) // its place is the run's now
        .isEqualTo("Run a has ended: this is its result\n");

    var rows = folder.resolve("changed.jsonl");
    var lines = Files.readAllLines(folder.resolve("rows.jsonl"));
    Files.write(rows, lines.subList(1, lines.size()));
    var changed = elsewhere.train("a", "--data", rows.toString());
    assertThat(changed.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(changed.json().path("error").asText())
        .startsWith("Cannot resume run a with other data: its content has sha256 ")
        .endsWith("; name the data it began with, or use another run id");
    assertThat(elsewhere.of("a").resolve(".tmp-data-elsewhere")).doesNotExist();
    assertThat(elsewhere.train("a").err()).isEqualTo("Run a has ended: this is its result\n");
  }

  @Test
  void anotherConfigurationIsBadUsageWithTheDifference() throws IOException {
    var before = files(experiment.of("a"));
    var other = experiment.train("a", "--set", "lora.rank=4", "--set", "federated.seed=9");

    assertThat(other.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(other.json().path("error").asText())
        .isEqualTo(
            "Cannot resume run a with another configuration: federated.seed: was 1, now 9; lora.rank: was 2, now 4; undo the change, or use another run id");
    assertThat(files(experiment.of("a"))).isEqualTo(before);
  }

  @Test
  void itCannotBeShortened() throws IOException {
    var shorter = experiment.train("a", "--set", "federated.rounds=2");

    assertThat(shorter.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(shorter.json().path("error").asText())
        .isEqualTo("Cannot shorten run a to 2 rounds: 3 are committed; use another run id");
  }

  @Test
  void roundsAreFixedWhereTheLearningRateFallsOverThem() throws IOException {
    var falling = "local.schedule.shape=cosine";
    copy(experiment.of("a"), experiment.of("copy"));
    var config = experiment.of("copy").resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"local.schedule.shape\" : \"constant\"",
                "\"local.schedule.shape\" : \"cosine\""));
    var marker = experiment.of("copy").resolve("run.json");
    Files.writeString(marker, Files.readString(marker).replace("\"a\"", "\"copy\""));

    var longer = experiment.train("copy", "--set", falling, "--set", "federated.rounds=5");

    assertThat(longer.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(longer.json().path("error").asText())
        .isEqualTo(
            "Cannot resume run copy with another configuration: federated.rounds: was 3, now 5; undo the change, or use another run id");
  }

  @Test
  void aFolderThatHoldsAnotherRunIsRefused() throws IOException {
    copy(experiment.of("a"), experiment.of("b"));
    var other = experiment.train("b");

    assertThat(other.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(other.json().path("error").asText())
        .isEqualTo(
            "Cannot use file:%s for run b: it holds run a; choose another output folder or run id"
                .formatted(experiment.of("b")));
  }

  @Test
  void itsScoresAreThoseOfEvaluateAndASiloOfOneRowHasNone() throws IOException {
    var scores = TinyExperiment.run("evaluate", experiment.of("a").toString(), "--json");

    assertThat(scores.status()).as(scores.err()).isEqualTo(ExitStatus.DONE);
    assertThat(scores.json().path("loss").asDouble())
        .isEqualTo(first.json().path("loss_after").asDouble());
    assertThat(scores.out()).containsPattern("s1 +0 +0 +no rows +no rows");
    assertThat(scores.json().path("silos").get(0).path("loss").isNull()).isTrue();
    var sentence = "There are no held-out rows of the test split in s1\n";
    assertThat(scores.err()).endsWith(sentence);
    assertThat(first.err()).containsOnlyOnce("  " + sentence).doesNotContain("NaN");
    assertThat(first.out()).containsOnlyOnce(sentence).doesNotContain("NaN");
    assertThat(experiment.of("a").resolve("report.md"))
        .content()
        .containsOnlyOnce("There are no held-out rows of the test split in s1.\n");
  }

  @Test
  void withoutValidationRowsTheLastRoundIsTheBestAndNoLossIsMadeUp() throws IOException {
    var blind =
        experiment.train(
            "blind",
            "--set",
            "data.holdout.validation=0",
            "--set",
            "federated.rounds=1",
            "--set",
            "report.samples=0");

    assertThat(blind.status()).as(blind.err()).isEqualTo(ExitStatus.DONE);
    assertThat(blind.err())
        .contains(
            "  validation loss before training: no held-out rows\n",
            "  There are no held-out rows of the validation split in any silo\n",
            "  validation loss after round 1: no held-out rows\n")
        .doesNotContain("NaN");
    assertThat(blind.out())
        .contains(
            "There are no held-out rows of the validation split in any silo: the best round is the last one\n")
        .doesNotContain("NaN");
    assertThat(blind.json().path("best_round").asInt()).isEqualTo(1);
    var described = TinyExperiment.run("describe", experiment.of("blind").toString(), "--json");
    assertThat(described.out()).containsPattern("1 +\\| +no rows +\\| best").doesNotContain("NaN");
    assertThat(described.json().path("result").path("central-loss").fieldNames())
        .toIterable()
        .containsExactly("test-before", "test-best", "test-final");
    assertThat(experiment.of("blind").resolve("scores/round-00001-validation.json"))
        .content()
        .contains("\"loss\" : null", "\"perplexity\" : null")
        .doesNotContain("NaN");
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      var evaluations = spark.read().parquet(experiment.of("blind") + "/tables/evaluations");
      assertThat(evaluations.where("loss IS NULL AND perplexity IS NULL").count())
          .isEqualTo(2 * 7 + 2); // validation of six silos and all, twice; the test split of s1
      assertThat(evaluations.where("isnan(loss) OR isnan(perplexity)").count()).isZero();
    }
  }

  @Test
  void aStrictSilosHeldOutRowsAreOpenedOnItsHostsOnly() throws IOException {
    var placed = experiment.of("placed");
    copy(experiment.of("a"), placed);
    var config = placed.resolve("config.json");
    var mode = "\"placement.mode\" :";
    Files.writeString(
        config,
        Files.readString(config)
            .replace(mode, "\"placement.hosts.s2\" : \"[nowhere.example]\", " + mode));

    var scores = TinyExperiment.run("evaluate", placed.toString(), "--json");

    assertThat(scores.status()).as(scores.err()).isEqualTo(ExitStatus.DONE);
    assertThat(scores.json().path("status").asText()).isEqualTo("partial");
    assertThat(scores.json().path("reason").asText()).isEqualTo("without s2");
    assertThat(scores.json().path("silos").get(1).path("loss").isNull()).isTrue();
    assertThat(scores.out()).containsPattern("s2 +0 +0 +misplaced +misplaced");
    assertThat(scores.err())
        .contains(
            "s2: Cannot open the data of silo s2 on host 127.0.0.1: its hosts are nowhere.example");
  }

  @Test
  void itsAdapterIsAskedTasks() throws IOException {
    Files.write(
        folder.resolve("sums.jsonl"),
        List.of("{\"text\": \"What is 3 plus 4?\"}", "{\"text\": \"The answer is 7.\"}"));
    var task = folder.resolve("sums.yaml");
    Files.writeString(
        task,
        """
        id: sums
        source: { file: sums.jsonl }
        ask: { kind: perplexity, text: "{{text}}", metrics: [token-perplexity] }
        """);
    var run = experiment.of("a").toString();

    var base = sums(task, "--model", "tiny");
    var tuned = sums(task, "--adapter", run);

    assertThat(tuned).isLessThan(0.9 * base);
    assertThat(sums(task, run)).isEqualTo(tuned);
    assertThat(sums(task, run + "/best", "--model", "tiny")).isEqualTo(tuned);
  }

  /** Returns the perplexity of a model's texts. */
  private static double sums(Path task, String... model) throws IOException {
    var arguments = new ArrayList<>(List.of("evaluate"));
    arguments.addAll(List.of(model));
    arguments.addAll(List.of("--tasks", task.toString(), "--data", folder.toString()));
    arguments.addAll(
        List.of("--output", Files.createTempDirectory(folder, "scores").toString(), "--json"));
    var outcome = TinyExperiment.run(arguments.toArray(String[]::new));
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    return outcome.json().path("scores").get(0).path("score").asDouble();
  }

  @Test
  void itIsDescribedAndItsAdapterAnswers() throws IOException {
    var run = experiment.of("a").toString();
    assertThat(TinyExperiment.run("describe", run, "--json").json().path("ended").asBoolean())
        .isTrue();
    assertThat(
            TinyExperiment.run("describe", run + "/data", "--json").json().path("rows_in").asInt())
        .isEqualTo(106);
    var adapter = TinyExperiment.run("describe", run + "/final", "--json");
    assertThat(adapter.json().path("tensors").asInt()).isEqualTo(32);
    assertThat(adapter.json().path("config").path("rank").asText()).isEqualTo("2");
    assertThat(adapter.out())
        .containsPattern(
            "\n  dropout +0.0\n  rank +2\n  target-modules +\\[k_proj, o_proj, q_proj, v_proj\\]")
        .doesNotContain("LoraConfig");

    String[] asking = {
      "generate",
      "--adapter",
      run,
      "--prompt",
      "What is 2 plus 3?",
      "--max-new-tokens",
      "6",
      "--temperature",
      "0.7",
      "--top-k",
      "20",
      "--top-p",
      "0.9",
      "--seed",
      "3",
      "--json"
    };
    var answer = TinyExperiment.run(asking).json().path("answers").get(0);
    assertThat(answer.path("tokens").asInt()).isBetween(1, 6);
    assertThat(TinyExperiment.run(asking).json().path("answers").get(0)).isEqualTo(answer);
  }

  @Test
  void aRunWhoseAnswersAreMissingIsSaidToHaveEndedTraining() throws IOException {
    var killed = experiment.of("answering");
    copy(experiment.of("a"), killed);
    Files.delete(killed.resolve("summary.json"));
    Files.delete(killed.resolve("report.md"));

    var described = TinyExperiment.run("describe", killed.toString(), "--json");

    assertThat(described.out())
        .startsWith(
            "Training has ended, after round 3; the answers to test prompts and the report are not complete. The same train command with --run-id answering completes them\n");
    assertThat(described.json().path("ended").asBoolean()).isTrue();
    assertThat(described.json().path("reported").asBoolean()).isFalse();

    Files.delete(killed.resolve("result.json"));
    Files.copy(experiment.of("a").resolve("report.md"), killed.resolve("report.md"));
    var goingOn = TinyExperiment.run("describe", killed.toString(), "--json");
    assertThat(goingOn.out())
        .startsWith(
            "The run has not ended; the same train command with --run-id answering goes on with it\n");
    assertThat(goingOn.json().path("ended").asBoolean()).isFalse();
  }

  @Test
  void anAdapterOfAnotherBaseIsRefusedWithBothHashes() throws IOException {
    var adapter = folder.resolve("adapter");
    copy(experiment.of("a").resolve("best"), adapter);
    var weights = adapter.resolve("adapter_model.safetensors");
    var base =
        TinyExperiment.run("describe", adapter.toString(), "--json")
            .json()
            .path("base_sha256")
            .asText();
    assertThat(base).hasSize(64);
    var bytes = Files.readString(weights, StandardCharsets.ISO_8859_1); // the header is ASCII
    Files.writeString(weights, bytes.replace(base, "0".repeat(64)), StandardCharsets.ISO_8859_1);

    for (var command : List.of("generate", "evaluate")) {
      var arguments =
          command.equals("generate")
              ? new String[] {"generate", "--adapter", adapter.toString(), "--prompt", "x"}
              : new String[] {
                "evaluate", adapter.toString(), "--data", experiment.of("a") + "/data"
              };
      var refused = TinyExperiment.run(arguments);
      assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(refused.err())
          .endsWith(
              "silotune: Cannot use the adapter with tiny (sha256 %s): it was trained on tiny (sha256 %s); name that model, or train an adapter of this one\n"
                  .formatted(base, "0".repeat(64)));
    }
  }

  @Test
  void shardsOfAnotherTokenizerAreRefusedWithBothHashes() throws IOException {
    var data = folder.resolve("foreign");
    copy(experiment.of("a").resolve("data"), data);
    Files.delete(data.resolve(".manifest.json.crc"));
    var manifest = data.resolve("manifest.json");
    var json = TinyExperiment.run("describe", data.toString(), "--json").json();
    var tokenizer = json.path("tokenizer_sha256").asText();
    Files.writeString(manifest, Files.readString(manifest).replace(tokenizer, "0".repeat(64)));

    var refused = experiment.train("foreign", "--data", data.toString());

    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(refused.json().path("error").asText())
        .isEqualTo(
            "Cannot use prepared data file:%s: made for tokenizer %s, the model has tokenizer %s; prepare the data for this model"
                .formatted(data, "0".repeat(64), tokenizer));
  }

  @Test
  void executorsThatAreProcessesOfTheirOwnGiveTheSameBits() throws IOException {
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var cluster = folder.resolve("cluster.yaml");
    Files.writeString(
        cluster,
        Files.readString(folder.resolve("tiny.yaml"))
            + """
            spark:
              master: local-cluster[2,1,2048]
              settings:
                spark.executor.memory: 1g
                spark.executor.extraClassPath: "%s"
            """
                .formatted(classPath));

    var run =
        TinyExperiment.run(
            "train",
            cluster.toString(),
            "--data",
            experiment.of("a") + "/data",
            "--set",
            "federated.exact=true", // the canaries of three processes are equal
            "--output",
            folder.resolve("runs").toString(),
            "--run-id",
            "cluster",
            "--json");

    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    assertThat(run.json().path("adapter_sha256")).isEqualTo(first.json().path("adapter_sha256"));
    assertThat(experiment.of("cluster").resolve(FINAL))
        .hasSameBinaryContentAs(experiment.of("a").resolve(FINAL));
    assertThat(run.json().path("loss_after")).isEqualTo(first.json().path("loss_after"));
  }

  @Test
  void aRunThatIsHeldIsRefusedBeforeAnythingElseIsDone() {
    try (var held = RunDirectory.claim(folder + "/runs", "held", new Configuration())) {
      var refused = experiment.train(held.runId());

      assertThat(refused.status()).isEqualTo(ExitStatus.HELD);
      assertThat(refused.err())
          .isEqualTo(
              "silotune: Cannot start run held: another process holds %s; wait for it to end, or use another run id\n"
                  .formatted(experiment.of("held").resolve(".lock")));
    }
  }

  @Test
  void aRunThatCannotBeginIsBadUsageAndLeavesNoFolder() throws IOException {
    var rows = folder.resolve("empty-silo.jsonl");
    Files.write(
        rows,
        List.of(
            "{\"silo\":\"a\",\"instruction\":\"Say a\",\"output\":\"a\"}",
            "{\"silo\":\"b\",\"instruction\":\"Say b\",\"output\":\" \"}"));

    var refused = experiment.train("empty", "--data", rows.toString());

    assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(refused.json().path("error").asText())
        .isEqualTo(
            "Cannot prepare: empty silo b (1 rows in quarantine: 1 by tokenise); set federated.allow-empty-silos to true to go on without it");
    assertThat(experiment.of("empty")).doesNotExist();
  }

  @Test
  void aRunThatHasNotEndedHasNoAdapterToAskAndNeverGivesTheRawModel() throws IOException {
    var run = experiment.of("begun");
    copy(experiment.of("a"), run);
    delete(run.resolve("best"));

    for (var command : List.of("generate", "evaluate")) {
      var refused =
          command.equals("generate")
              ? TinyExperiment.run("generate", "--adapter", run.toString(), "--prompt", "x")
              : TinyExperiment.run("evaluate", run.toString());
      assertThat(refused.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(refused.err())
          .isEqualTo(
              "silotune: Missing adapter of run %s: the run has not ended; train it to the end with its run id\n"
                  .formatted(run));
    }
  }

  /** Every file with its time and content. */
  private static List<String> files(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted().toList()) {
        var content = Files.isRegularFile(path) ? Arrays.hashCode(Files.readAllBytes(path)) : 0;
        files.add(
            "%s %s %d".formatted(root.relativize(path), Files.getLastModifiedTime(path), content));
      }
    }
    return files;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.sorted().toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
