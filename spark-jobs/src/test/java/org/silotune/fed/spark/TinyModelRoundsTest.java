package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.FineTuneRunner;
import org.silotune.fed.client.HeldOutLossScorer;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.ResidentModel;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.eval.SparkHeldOutEvaluation;
import org.silotune.fed.round.ClientExecutor;
import org.silotune.fed.round.EvaluationConfig;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.fed.round.FederatedTraining;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.SequentialClientExecutor;
import org.silotune.fed.run.ModelCanary;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.PeftAdapterFormat;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunResult;
import org.silotune.fed.run.TestManifest;
import org.silotune.fed.sample.ClientSampler;
import org.silotune.fed.server.FedAvg;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.DecoderModel;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.shard.TokenShardWriter;

/** Rounds with the bundled tiny model, real shards and the real trainer. */
final class TinyModelRoundsTest {

  private static final LoraConfig LORA = LoraConfig.defaults().withRank(2);
  private static final FineTuneConfig TRAINING =
      FineTuneConfig.defaults().withLearningRate(5e-3).withBatchSize(4).withTokenBudget(128);

  @TempDir private static Path shared;
  private static TestSpark spark;
  private static ResidentModel model;
  private static List<SiloDescriptor> silos;

  @TempDir private Path output;

  @BeforeAll
  static void start() throws IOException {
    spark = TestSpark.local();
    ModelHub hub = new ModelHub(new ModelCache(shared.resolve("cache")));
    Path tiny = hub.obtain("tiny", FetchPolicy.OFFLINE, FetchProgress.SILENT).path();
    model = ResidentModel.at("tiny", tiny, hub.cache().root());
    String folder = shared.resolve("data").toString();
    silos = prepare(folder).silos().stream().map(silo -> descriptor(folder, silo)).toList();
    Files.delete(shared.resolve("data/manifest.json")); // a task has its silo's part of it
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void heldOutLossFallsAndSparkGivesTheBitsOfOneThreadAfterAnother() {
    RunResult sequential = run("a", silos, sequential(), RoundListener.NONE);
    List<SiloDescriptor> shuffled = new ArrayList<>(silos);
    Collections.shuffle(shuffled, new Random(2));
    List<RoundRecord> records = new ArrayList<>();
    RoundListener listener =
        new RoundListener() {
          @Override
          public void committed(RoundRecord record) {
            records.add(record);
          }
        };
    RunResult onSpark = run("b", shuffled, onSpark(), listener);

    assertThat(onSpark).isEqualTo(sequential);
    assertThat(output.resolve("b/final/adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("a/final/adapter_model.safetensors"));
    assertThat(onSpark.centralLoss().get("test-final"))
        .isLessThan(onSpark.centralLoss().get("test-before") - 0.05);
    assertThat(AdapterCheckpoint.read(output.resolve("b/best")).baseSha256())
        .contains(model.sha256());
    assertThat(records.get(0).silos()).allSatisfy(row -> assertThat(row.canary()).hasSize(64));
    assertThat(output.resolve("b/manifest.json"))
        .content()
        .contains("\"canary\" : \"%s\"".formatted(records.get(0).silos().get(0).canary()));
    assertThat(records.get(0).silos())
        .extracting(row -> row.canary())
        .containsOnly(records.get(1).silos().get(0).canary());
    assertThat(records.get(0).round().announcedWeight()).isEqualTo(records.get(0).round().weight());
  }

  @Test
  void aModelThatIsNotTheRunsIsRefusedWithBothHashes() {
    ResidentModel other =
        new ResidentModel("tiny", model.path(), model.cache(), "0".repeat(64), model.options());

    assertThatThrownBy(other::resident)
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use model %s on this host: its weights have sha256 %s, the run's %s; give every host the same files"
                .formatted(model.path(), model.sha256(), "0".repeat(64)));
    assertThatThrownBy(() -> model.on(new ComputeDevice.Gpu("1", 0)))
        .hasMessageStartingWith(
            "Cannot compute on cuda:0: this libtorch is built for the processor; unpack libtorch ");
  }

  private static SiloDescriptor descriptor(String folder, SiloCounts silo) {
    return new SiloDescriptor(folder, silo, List.of(), Placement.STRICT);
  }

  private RunResult run(
      String runId,
      List<SiloDescriptor> descriptors,
      ClientExecutor executor,
      RoundListener listener) {
    JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());
    DecoderModel base = model.resident();
    try (RunDirectory run = RunDirectory.claim(output.toString(), runId, new Configuration())) {
      run.describe(TestManifest.of(model.sha256()), true);
      return new FederatedTraining(
              config(),
              descriptors,
              trainer(),
              executor,
              new SparkHeldOutEvaluation(
                  new SiloInquiry(
                      context, ExecutorSettings.defaults(), RecoveryConfig.defaults(), listener),
                  new HeldOutLossScorer(model, LORA, HeldOutLoss.defaults())),
              run,
              new PeftAdapterFormat(base, LORA),
              new SparkRunTables(spark.session(), run),
              listener)
          .run(() -> LORA.initialise(base, config().seed()));
    }
  }

  private static FederatedConfig config() {
    return new FederatedConfig(
        2,
        3,
        new FedProx(0.01),
        FedAvg.defaults(),
        Weighting.TOKENS,
        new ClientSampler.All(),
        0.5,
        Optional.of(100.0),
        Optional.empty(),
        false,
        true,
        ScheduleSpan.RUN,
        true,
        EvaluationConfig.defaults(),
        RecoveryConfig.defaults());
  }

  private static FineTuneRunner trainer() {
    return new FineTuneRunner(model, LORA, TRAINING);
  }

  private static ClientExecutor sequential() {
    return new SequentialClientExecutor(trainer(), 1, new Configuration());
  }

  private static ClientExecutor onSpark() {
    return new SparkClientExecutor(
        new JavaSparkContext(spark.session().sparkContext()),
        trainer(),
        new ExecutorSettings(
            DeviceKind.CPU, 1, NumericEnvironment.NONE, new ModelCanary(model, LORA, TRAINING)),
        new RecoveryConfig(Duration.ofMinutes(5), 1, Optional.of(1)));
  }

  /** Six silos, each of which counts in strides of its own; unequal numbers of rows. */
  private static ShardManifest prepare(String folder) {
    List<Row> rows = new ArrayList<>();
    List<String> names = IntStream.rangeClosed(1, 6).mapToObj(i -> "s" + i).toList();
    for (int silo = 1; silo <= 6; silo++) {
      for (int i = 0; i < 3 * silo + 4; i++) {
        String split = i == 0 ? "validation" : i == 1 ? "test" : "train";
        rows.add(row("row-%02d".formatted(i), names.get(silo - 1), split, 100 + i, silo));
      }
    }
    TokenShardWriter writer = TokenShardWriter.open(spark.session(), folder);
    writer.writeShards(spark.session().createDataFrame(rows, TokenShardSchema.SHARDS));
    List<SiloCounts> counts = writer.countShards(names);
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.SCHEMA_VERSION,
            "aa11",
            "chatml",
            512,
            7,
            JsonNodeFactory.instance.objectNode(),
            rows.size(),
            rows.size(),
            new TreeMap<>(),
            List.of(),
            counts,
            LengthQuantiles.UNKNOWN,
            ShardManifest.contentSha256(counts));
    writer.commit(manifest);
    return manifest;
  }

  private static Row row(String id, String silo, String split, int from, int stride) {
    Integer[] ids = IntStream.range(0, 12).mapToObj(i -> from + i * stride).toArray(Integer[]::new);
    Integer[] labels = ids.clone();
    labels[0] = -100;
    return RowFactory.create(id, Arrays.asList(ids), Arrays.asList(labels), silo, split);
  }
}
