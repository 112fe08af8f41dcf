package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.fed.run.PreparationLock;
import org.silotune.fed.run.RunInUseException;

final class CommandLineRunnerTest {

  private static final String QUICKSTART = "../submit/experiments/quickstart.yaml";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {"models", "prepare", "train", "evaluate", "generate", "describe", "quickstart"})
  void helpOfEveryCommandTeachesWithExamples(String command) {
    assertThat(run(command, "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(out.toString()).contains("Usage: silotune " + command, "Examples:", "--json");
  }

  @Test
  void commandWithoutSubcommandIsBadUsage() {
    assertThat(run()).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).isEqualTo("silotune: Missing command; see silotune --help\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anErrorOfTheMachineEndsInWordsToo() throws IOException {
    assertThat(failing(new NoClassDefFoundError("org/silotune/Missing")))
        .isEqualTo(ExitStatus.FAILED);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Internal error: java.lang.NoClassDefFoundError: org/silotune/Missing; --debug shows where");
    assertThat(failing(new OutOfMemoryError("Java heap space"))).isEqualTo(ExitStatus.FAILED);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Out of memory: Java heap space of %d MB; raise it with SILOTUNE_JAVA_OPTS=-Xmx8g, or --driver-memory 8g of spark-submit"
                .formatted(Runtime.getRuntime().maxMemory() >> 20));
  }

  /** Runs a command whose first word of result meets an error. */
  private int failing(Error error) {
    var failed = new AtomicBoolean();
    var failingOut =
        new PrintWriter(out, true) {
          @Override
          public void println(String line) {
            if (failed.compareAndSet(false, true)) {
              throw error;
            }
            super.println(line);
          }
        };
    var console = new Console(failingOut, new PrintWriter(err, true), false);
    return CommandLineRunner.run(console, "models", "--json");
  }

  @Test
  void unknownOptionIsBadUsageAndEndsInJsonWhereThatIsAskedFor() throws IOException {
    assertThat(run("train", QUICKSTART, "--rounds", "3", "--json")).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo("Unknown options: '--rounds', '3'; see silotune train --help");
  }

  @Test
  void printedConfigurationIsTheResult() throws IOException {
    assertThat(run("train", QUICKSTART, "--print-config", "--set", "lora.rank=2", "--json"))
        .isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("lora.rank").asText()).isEqualTo("2");
    assertThat(out.toString()).contains("lora:\n  rank: 2\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void keysOfAMapMayHaveDotsInAnOverride() throws IOException {
    int status =
        run(
            "train",
            QUICKSTART,
            "--print-config",
            "--set",
            "spark.settings.spark.executor.memory=2g",
            "--set",
            "placement.hosts.clinic.eu=[h1, h2]",
            "--json");
    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("spark.settings.spark.executor.memory").asText())
        .isEqualTo("\"2g\"");
    assertThat(lastLine().path("placement.hosts.clinic.eu").asText()).isEqualTo("[h1, h2]");
  }

  @Test
  void mistakesInTheExperimentAreBadConfiguration() throws IOException {
    assertThat(run("train", QUICKSTART, "--set", "lora.rnak=2", "--json"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Unknown key lora.rnak in --set lora.rnak=2 (did you mean rank?): known keys of lora are rank, alpha, dropout, target-modules");
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  @Test
  void unknownModelIsBadConfigurationAndListsTheKnown() {
    assertThat(run("train", QUICKSTART, "--model", "smollm-135m")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .contains(
            "silotune: Unknown model smollm-135m", "tiny, smollm2-135m-instruct, gemma3-270m");
  }

  @Test
  void unknownAlgorithmIsBadConfigurationAndListsTheKnown() throws IOException {
    assertThat(run("train", QUICKSTART, "--set", "federated.server=fedavgg", "--json"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Unknown federated.server fedavgg in --set federated.server=fedavgg (did you mean fedavg?): known are fedavg, fedadam");
  }

  @Test
  void unknownColumnIsBadConfigurationAndListsTheSources() throws IOException {
    var output = folder.resolve("prepared").toString();
    int status =
        run(
            "prepare",
            QUICKSTART,
            "--model",
            "tiny",
            "--output",
            output,
            "--set",
            "data.silos.column=site",
            "--json");
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Unknown column site (named as silo): the source has category, id, input, instruction, output, silo; set data.silos.column");
  }

  @Test
  void aSourceWithoutAFileToTakeIsBadConfiguration() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "instruction,output\nSay a,a\n");
    int status =
        run(
            "prepare",
            QUICKSTART,
            "--model",
            "tiny",
            "--data",
            folder.toString(),
            "--set",
            "data.source.files=[\"*.jsonl\"]",
            "--output",
            folder.resolve("prepared").toString(),
            "--json");
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Cannot read source %s: no file matches *.jsonl, it holds a.csv; correct files, or name another place"
                .formatted(folder.toUri()));
  }

  @Test
  void rowsLongerThanTheContextAreBadConfiguration() throws IOException {
    var output = folder.resolve("prepared").toString();
    String[] arguments = {
      "prepare", QUICKSTART, "--model", "tiny", "--output", output, "--set", "data.max-length=9999"
    };
    assertThat(run(arguments)).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .endsWith(
            "silotune: Invalid max-length 9999: the context of tiny is 512 tokens; set data.max-length to at most 512\n");
  }

  @Test
  void ownRowsNeedNoIdAsTheQuickstartsLastLinesSay() throws IOException {
    var data = Files.createDirectory(folder.resolve("own rows"));
    Files.writeString(
        data.resolve("a.jsonl"),
        "{\"silo\": \"a\", \"instruction\": \"Say hello.\", \"output\": \"Hello.\"}\n");
    int status =
        run(
            "prepare",
            QUICKSTART,
            "--model",
            "tiny",
            "--data",
            data.toString(),
            "--set",
            "data.source.columns.id=none",
            "--output",
            folder.resolve("prepared").toString(),
            "--json");
    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("rows_out").asInt()).isEqualTo(1);
  }

  @Test
  void unknownModuleIsAnErrorThatListsTheModels() throws IOException {
    var output = folder.toString();
    int status =
        run(
            "train",
            QUICKSTART,
            "--model",
            "tiny",
            "--output",
            output,
            "--set",
            "lora.target-modules=[q_projj]",
            "--json");
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Invalid LoRA target module q_projj: not in a layer of llama; known: self_attn.q_proj, self_attn.k_proj, self_attn.v_proj, self_attn.o_proj, mlp.gate_proj, mlp.up_proj, mlp.down_proj");
  }

  @Test
  void missingDataIsBadConfiguration() {
    var missing = folder.resolve("none").toString();
    assertThat(run("train", QUICKSTART, "--model", "tiny", "--data", missing))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .isEqualTo("silotune: Invalid --data %s: it does not exist\n".formatted(missing));
  }

  @Test
  void missingAdapterIsAnErrorAndNeverTheRawModel() {
    var missing = folder.resolve("none").toString();
    assertThat(run("generate", "--adapter", missing, "--model", "tiny", "--prompt", "Hi"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .isEqualTo(
            "silotune: Missing adapter %s: it is no folder; name an adapter folder or a run\n"
                .formatted(missing));
  }

  @Test
  void samplingSettingsWithoutATemperatureAreRefused() {
    assertThat(run("generate", "--model", "tiny", "--prompt", "Hi", "--top-p", "0.9"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("Missing --temperature");
  }

  @Test
  void folderOfNothingKnownIsNotDescribed() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "nothing");
    assertThat(run("describe", folder.toString())).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("Cannot describe " + folder);
  }

  @Test
  void listOfModelsIsATableAndJson() throws IOException {
    assertThat(run("models", "--json")).isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("models").findValuesAsText("name"))
        .containsExactly("tiny", "smollm2-135m-instruct", "gemma3-270m");
  }

  @Test
  void onlyAModelThatHasANameIsRemoved() {
    assertThat(run("models", "remove", folder.toString())).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .endsWith(": known are tiny, smollm2-135m-instruct, gemma3-270m\n")
        .startsWith("silotune: Unknown model " + folder);
    assertThat(folder).exists();
  }

  @Test
  void aRunThatAnotherProcessHoldsHasAStatusOfItsOwnEvenInsideSparksFailure() {
    var failures = new FailureReport(console(), false, false);
    var held = new RunInUseException("Cannot start run a: another process holds it");
    assertThat(failures.report(new IllegalStateException("Job aborted", held)))
        .isEqualTo(ExitStatus.HELD)
        .isEqualTo(3);
    assertThat(err.toString())
        .isEqualTo("silotune: Cannot start run a: another process holds it\n");
  }

  @Test
  void aSecondPreparationOfOneFolderHasTheSameStatus() {
    var target = folder.resolve("prepared");
    try (var held = PreparationLock.take(target.toString(), new Configuration())) {
      assertThat(held).isNotNull();
      assertThat(run("prepare", QUICKSTART, "--output", target.toString()))
          .isEqualTo(ExitStatus.HELD);
    }
    assertThat(err.toString())
        .isEqualTo(
            "silotune: Cannot start the preparation of %s: another process holds %s/_prepared.preparing/.lock; wait for it to end, or use another folder\n"
                .formatted(target, folder));
  }

  @Test
  void internalErrorsAreOneLineUnlessDebugging() {
    var failures = new FailureReport(console(), false, false);
    assertThat(failures.report(new IllegalStateException("a bug\nwith more"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "silotune: Internal error: java.lang.IllegalStateException: a bug; --debug shows where\n");
  }

  @Test
  void aRoundOfNoSilosIsNotMeasured() {
    assertThat(run("bench", "round", "--silos", "0")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).isEqualTo("silotune: Invalid silos: 0, must be >= 1\n");
  }

  @Test
  void noStartIsNotMeasured() throws IOException {
    assertThat(run("bench", "load", "--model", "tiny", "--starts", "0", "--json"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText()).isEqualTo("Invalid starts: 0, must be >= 1");
  }

  private int run(String... arguments) {
    return CommandLineRunner.run(console(), arguments);
  }

  private Console console() {
    return new Console(new PrintWriter(out, true), new PrintWriter(err, true), false);
  }

  private JsonNode lastLine() throws IOException {
    var lines = out.toString().lines().toList();
    return JsonMapper.builder().build().readTree(lines.get(lines.size() - 1));
  }
}
