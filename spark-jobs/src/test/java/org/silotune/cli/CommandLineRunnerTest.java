package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
      strings = {
        "models",
        "datasets",
        "prepare",
        "train",
        "evaluate",
        "generate",
        "describe",
        "quickstart"
      })
  void helpOfEveryCommandTeachesWithExamples(String command) {
    assertThat(run(command, "--help")).isEqualTo(ExitStatus.DONE);
    assertThat(out.toString()).contains("Usage: silotune " + command, "Examples:", "--json");
  }

  @Test
  void commandWithoutSubcommandIsBadUsage() {
    assertThat(run()).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .isEqualTo(
            "silotune: Missing command: known are models, datasets, prepare, train, evaluate, generate, describe, quickstart, benchmark, bench; see silotune --help\n");
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
    assertThat(failing(new Error("a task's", new OutOfMemoryError("Java heap space"))))
        .isEqualTo(ExitStatus.FAILED);
    assertThat(lastLine().path("error").asText()).startsWith("Out of memory: Java heap space of ");
    assertThat(failing(new OutOfMemoryError("unable to create native thread")))
        .isEqualTo(ExitStatus.FAILED);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Internal error: java.lang.OutOfMemoryError: unable to create native thread; --debug shows where");
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
        .isEqualTo(
            "Unknown option --rounds of silotune train: known are --data, --debug, --dry-run, --help, --json, --model, --offline, --output, --print-config, --run-id, --set; see silotune train --help");
    assertThat(run("train", QUICKSTART, "--ofline=yes", "--json")).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .startsWith(
            "Unknown option --ofline of silotune train (did you mean --offline?): known are");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian x.yaml | Unknown command trian (did you mean train?): known are models, datasets, prepare, train, evaluate, generate, describe, quickstart, benchmark, bench; see silotune --help",
        "bench trainr | Unknown command trainr (did you mean trainer?): known are trainer, generate, load, round, prep; see silotune bench --help",
        "bench | Missing what to measure: known are trainer, generate, load, round, prep; see silotune bench --help",
        "models fecth tiny | Unknown ACTION fecth (did you mean fetch?): known are list, fetch, check, describe, remove; see silotune models --help",
        "evaluate x --split tset | Unknown --split tset (did you mean test?): known are validation, test; see silotune evaluate --help",
        "evaluate x --limit many | Invalid --limit many: must be a whole number; see silotune evaluate --help",
        "generate --top-p much | Invalid --top-p much: must be a number; see silotune generate --help",
        "generate --prompt How many days? | Unknown argument many: silotune generate takes options only; put a text with spaces in quotes; see silotune generate --help",
        "describe a b | Unknown argument b: silotune describe takes DIR only; put a text with spaces in quotes; see silotune describe --help",
        "describe | Missing DIR: the folder: a path or URI; see silotune describe --help",
        "train | Missing EXPERIMENT: the experiment file, such as submit/experiments/gsm8k-3.yaml; see silotune train --help",
        "train x.yaml --model | Missing --model MODEL: a registered model, a Hugging Face folder or a .gguf file, in place of the experiment's; see silotune train --help",
        "train x.yaml --run-id a --run-id b | Invalid --run-id: it is given twice; give it once; see silotune train --help",
        "evaluate | Missing RUN or --data: name a run, as in silotune evaluate runs/RUN-ID, or prepared data, as in silotune evaluate --model tiny --data prepared",
        "bench trainer --shape llama-1b --model tiny | Invalid --model tiny: --shape llama-1b takes its place; give one of the two",
        "bench trainer --shape llama-1b --base nf4 | Invalid --base nf4: the weights of a --shape are made up in the type of the products, float32; leave --base out",
        "bench trainer --shape llama-1b --dtype float16 --base bfloat16 | Invalid --base bfloat16: the weights of a --shape are made up in the type of the products, float16; leave --base out",
        "bench trainer --shape llama-1b --offload | Invalid --offload: the weights of a --shape are made up in memory and in no file; leave it out",
        "models fetch | Missing MODEL: known are tiny, smollm2-135m-instruct, gemma3-270m",
      })
  void badUsageIsSaidInOneStyle(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).isEqualTo("silotune: %s\n".formatted(message));
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"trian x.yaml --json", "models fecth --json", "train --json"})
  void badUsageEndsInJsonWhereThatIsAskedFor(String line) throws IOException {
    assertThat(run(line.split(" "))).isEqualTo(ExitStatus.USAGE);
    assertThat("silotune: %s\n".formatted(lastLine().path("error").asText()))
        .isEqualTo(err.toString());
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
  void listOfDatasetsIsATableAndJson() throws IOException {
    assertThat(run("datasets", "--json")).isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("datasets").findValuesAsText("dataset"))
        .containsExactly(
            "alpaca", "alpaca-cleaned", "dolly-15k", "gsm8k", "rosetta-alpaca", "code-search-net");
    assertThat(out.toString()).contains("gsm8k            ", "MIT", "CC BY-SA 3.0");
  }

  @Test
  void datasetIsDescribedWithColumnsAddressAndSha256() throws IOException {
    assertThat(run("datasets", "describe", "gsm8k", "--json")).isEqualTo(ExitStatus.DONE);
    assertThat(lastLine().path("columns").path("instruction").asText()).isEqualTo("question");
    assertThat(lastLine().path("downloads").path(0).path("sha256").asText())
        .isEqualTo("17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465");
    assertThat(lastLine().path("silo_column").isNull()).isTrue();
  }

  @Test
  void unknownDatasetIsBadUsageAndListsTheKnown() throws IOException {
    assertThat(run("datasets", "fetch", "gsm9k", "--json")).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText())
        .isEqualTo(
            "Unknown data set gsm9k (did you mean gsm8k?): known are alpaca, alpaca-cleaned, dolly-15k, gsm8k, rosetta-alpaca, code-search-net");
    assertThat(run("datasets", "fetch", "--json")).isEqualTo(ExitStatus.USAGE);
    assertThat(lastLine().path("error").asText()).startsWith("Missing DATASET: known are alpaca,");
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

  @Test
  void theMeasurementsOfTheTrainerHaveTheNamesThatTheTwinHas() throws IOException {
    assertThat(
            run(
                "bench",
                "trainer",
                "--model",
                "tiny",
                "--batch",
                "2",
                "--length",
                "16",
                "--tasks",
                "2",
                "--workers",
                "1",
                "--steps",
                "1",
                "--json"))
        .as(err.toString())
        .isEqualTo(ExitStatus.DONE);
    JsonNode json = lastLine();
    for (String figure :
        List.of(
            "tokens_per_second",
            "trained_tokens_per_second",
            "examples_per_second",
            "flops_share",
            "matrix_peak_flops",
            "peak_rss_bytes",
            "step_seconds_median")) {
      assertThat(json.path(figure).asDouble()).as(figure).isPositive();
    }
    assertThat(json.path("tokens_per_second").asDouble())
        .isCloseTo(16 * json.path("examples_per_second").asDouble(), withinPercentage(1e-6));
    assertThat(json.path("flops_share").asDouble()).isLessThan(1);
    assertThat(json.path("tasks").asInt()).isEqualTo(2);
    assertThat(json.path("checkpointing").asText()).isEqualTo("auto");
    assertThat(json.path("recomputed").asBoolean()).isFalse();
  }

  @Test
  void theMeasurementsOfGenerationAddUp() throws IOException {
    assertThat(
            run(
                "bench",
                "generate",
                "--model",
                "tiny",
                "--batch",
                "2",
                "--length",
                "8",
                "--new-tokens",
                "3",
                "--threads",
                "1",
                "--repeats",
                "1",
                "--json"))
        .as(err.toString())
        .isEqualTo(ExitStatus.DONE);
    JsonNode json = lastLine();
    double seconds = json.path("seconds_median").asDouble();
    assertThat(json.path("tokens_per_second").asDouble() * seconds)
        .isCloseTo(2 * 3, withinPercentage(1e-6));
    double prompt = 2 * 8 / json.path("prompt_tokens_per_second").asDouble();
    double after = 2 * 2 / json.path("decode_tokens_per_second").asDouble();
    assertThat(prompt + after).isCloseTo(seconds, withinPercentage(1e-6));
    assertThat(json.path("peak_rss_bytes").asLong()).isGreaterThan(10_000_000L);
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
