package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.job.AnswerCheck;
import org.silotune.fed.job.ExperimentConfig;
import org.silotune.fed.job.ReportConfig;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.server.FedAdam;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Iid;

final class ExperimentFileTest {

  private static final Path EXPERIMENTS = Path.of("../submit/experiments");

  @TempDir Path folder;

  @Test
  void anEmptyFileIsTheDefaults() throws IOException {
    assertThat(read("")).isEqualTo(ExperimentConfig.defaults());
  }

  @Test
  void everySectionReachesItsRecord() throws IOException {
    var config =
        read(
            """
            model: gemma3-270m
            data:
              source: { path: rows, columns: { output: answer } }
              silos: { kind: iid, count: 5 }
            lora: { rank: 4, alpha: 8 }
            local:
              length: { kind: steps, count: 7 }
              clip-norm: none
            federated:
              rounds: 9
              client: { kind: fedprox, proximal-mu: 0.5 }
              server: { kind: fedadam, tau: 0.01 }
              weighting: tokens
              deadline: 10m
            report: { exact-match: text, samples: 1 }
            spark:
              master: local[1,4]
              settings: { spark.executor.memory: 2g }
            """);
    assertThat(config.model()).isEqualTo("gemma3-270m");
    assertThat(config.data().source().path()).hasValue(folder.resolve("rows"));
    assertThat(config.data().source().columns().output()).isEqualTo("answer");
    assertThat(config.data().silos()).isEqualTo(new Iid(5));
    assertThat(config.lora().rank()).isEqualTo(4);
    assertThat(config.local().length()).isEqualTo(new TrainingLength.Steps(7));
    assertThat(config.local().clipNorm()).isEmpty();
    assertThat(config.federated().rounds()).isEqualTo(9);
    assertThat(config.federated().client()).isEqualTo(new FedProx(0.5));
    assertThat(((FedAdam) config.federated().server()).tau()).isEqualTo(0.01);
    assertThat(config.federated().weighting()).isEqualTo(Weighting.TOKENS);
    assertThat(config.federated().deadline()).hasValue(Duration.ofMinutes(10));
    assertThat(config.report()).isEqualTo(new ReportConfig(1, AnswerCheck.TEXT, 50, 96));
    assertThat(config.spark().settings()).containsEntry("spark.executor.memory", "2g");
  }

  @Test
  void printedConfigurationIsReadBackAsTheSame() throws IOException {
    var config = ExperimentFile.read(EXPERIMENTS.resolve("quickstart.yaml"), List.of());
    assertThat(read(ExperimentFile.toYaml(config))).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"quickstart.yaml", "quickstart-tiny.yaml", "gsm8k-3.yaml", "dolly-8.yaml"})
  void shippedExperimentsAreDocumentsThatBind(String name) throws IOException {
    var file = EXPERIMENTS.resolve(name);
    var config = ExperimentFile.read(file, List.of("federated.rounds=5"));
    assertThat(config.federated().rounds()).isEqualTo(5);
    assertThat(file)
        .content()
        .startsWith("# ")
        .contains("# What it is", "# Needs", "# Command", "# Overrides");
  }

  @Test
  void theOverridesThatTheExperimentsAdviseBind() {
    assertThat(
            ExperimentFile.read(
                    EXPERIMENTS.resolve("dolly-8.yaml"),
                    List.of(
                        "federated.client=fedprox",
                        "federated.client.proximal-mu=0.1",
                        "federated.sampling.kind=uniform-count",
                        "federated.sampling.count=4",
                        "data.silos.kind=dirichlet",
                        "data.silos.alpha=0.5"))
                .federated()
                .client())
        .isEqualTo(new FedProx(0.1));
  }

  @Test
  void namedDatasetGivesFilesColumnsAndSilos() throws IOException {
    var dolly = read("data: {source: {dataset: dolly-15k}}").data();
    assertThat(dolly.source().files()).containsExactly("databricks-dolly-15k.jsonl{,.gz}");
    assertThat(dolly.source().columns().input()).isEqualTo("context");
    assertThat(dolly.source().columns().output()).isEqualTo("response");
    assertThat(dolly.silos()).isEqualTo(new ByColumn("category"));
    assertThat(read("data: {source: {dataset: gsm8k}}").data().silos()).isEqualTo(new Iid(3));
  }

  @Test
  void whatIsWrittenWinsOverANamedDataset() throws IOException {
    var config =
        read(
            """
            data:
              source: { dataset: dolly-15k, path: rows, columns: { output: answer } }
              silos: { kind: iid, count: 5 }
              seed: 7
            """);
    var source = config.data().source();
    assertThat(source.path()).hasValue(folder.resolve("rows"));
    assertThat(source.columns().output()).isEqualTo("answer");
    assertThat(source.columns().input()).isEqualTo("context");
    assertThat(config.data().silos()).isEqualTo(new Iid(5));
    assertThat(config.data().seed()).isEqualTo(7);
    assertThat(read(ExperimentFile.toYaml(config))).isEqualTo(config);
  }

  @Test
  void overrideNamesOrTakesAwayADataset() throws IOException {
    var file = Files.writeString(folder.resolve("named.yaml"), "data: {source: {dataset: gsm8k}}");
    var counted =
        ExperimentFile.read(
            file, List.of("data.source.dataset=dolly-15k", "data.silos.column=label"));
    assertThat(counted.data().source().columns().output()).isEqualTo("response");
    assertThat(counted.data().silos()).isEqualTo(new ByColumn("label"));
    assertThat(ExperimentFile.read(file, List.of("data.source.dataset=none")))
        .isEqualTo(ExperimentConfig.defaults());
  }

  @Test
  void unknownDatasetIsNamedWithItsLineAndTheNearest() {
    assertThatThrownBy(() -> read("data:\n  source:\n    dataset: dolly"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Unknown data.source.dataset dolly in experiment.yaml line 3: known are alpaca, alpaca-cleaned, dolly-15k, gsm8k, rosetta-alpaca, code-search-net");
  }

  @Test
  void modelBesideTheFileIsFoundThere() throws IOException {
    Files.createDirectories(folder.resolve("models/mine"));
    assertThat(read("model: models/mine").model())
        .isEqualTo(folder.resolve("models/mine").toString());
    assertThat(read("model: tiny").model()).isEqualTo("tiny");
  }

  @Test
  void flatConfigurationHasAKeyForEveryValue() {
    assertThat(ExperimentFile.toFlat(ExperimentConfig.defaults()))
        .containsEntry("federated.rounds", "3")
        .containsEntry("federated.server", "fedavg")
        .containsEntry("federated.server.server-learning-rate", "1.0")
        .containsEntry("federated.deadline", "none")
        .containsEntry("lora.rank", "8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"quickstart.yaml", "quickstart-tiny.yaml", "gsm8k-3.yaml", "dolly-8.yaml"})
  void flatConfigurationIsReadBackAsTheSame(String name) {
    var config =
        ExperimentFile.read(
            EXPERIMENTS.resolve(name),
            List.of(
                "data.silos={kind: dirichlet, alpha: 0.5}",
                "data.template=alpaca",
                "data.stages.contamination.paths=[a.jsonl, b c.jsonl]",
                "federated.server=fedadam",
                "federated.deadline=90s",
                "placement.hosts={a: [one, two], a.b: [three]}",
                "spark.settings={spark.speculation: true, spark.speculation.interval: 1s}"));
    assertThat(ExperimentFile.ofFlat(ExperimentFile.toFlat(config), "config.json"))
        .isEqualTo(config);
  }

  @Test
  void aFlatKeyThatIsNoneIsRefusedWithItsFile() {
    var flat = ExperimentFile.toFlat(ExperimentConfig.defaults());
    flat.put("lora.ranks", "8");
    assertThatThrownBy(() -> ExperimentFile.ofFlat(flat, "runs/a/config.json"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Unknown key lora.ranks in runs/a/config.json");
  }

  @Test
  void valuesOutOfRangeAreRefusedWithKeyAndLine() {
    assertThatThrownBy(() -> read("lora:\n  rank: 0"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Invalid LoRA rank 0: must be >= 1 (lora, experiment.yaml line 1)");
    assertThatThrownBy(() -> read("federated: {quorum: 2}"))
        .hasMessage(
            "Invalid quorum 2.0: must be above 0 and at most 1 (federated, experiment.yaml line 1)");
    assertThatThrownBy(() -> read("spark: {settings: {executor.memory: 2g}}"))
        .hasMessageContaining("Invalid Spark setting executor.memory: must begin with spark.");
    assertThatThrownBy(() -> read("report: {samples: -1}"))
        .hasMessageContaining("Invalid samples -1: must be at least 0");
  }

  @Test
  void defaultsOfTheJobsOwnRecordsAreExactlyThese() {
    assertThat(ReportConfig.defaults()).isEqualTo(new ReportConfig(3, AnswerCheck.NONE, 50, 96));
    assertThat(SparkConfig.defaults())
        .isEqualTo(new SparkConfig(Optional.empty(), new TreeMap<>()));
    assertThat(ExperimentConfig.defaults().model()).isEqualTo("tiny");
  }

  private ExperimentConfig read(String text) throws IOException {
    var file = Files.writeString(folder.resolve("experiment.yaml"), text);
    return ExperimentFile.read(file, List.of());
  }
}
