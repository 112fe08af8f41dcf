package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.DropoutMasks;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.ResidentMemory;
import org.silotune.llm.tokenizer.TokenizedExample;

/** A base whose layers are in memory only while they compute, on a model of 6 layers of 3 MB. */
final class OffloadedBaseTest {

  private static final int LAYERS = 6;
  private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of("q_proj", "down_proj"));
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(4, 5);
  private static final Path GGUF = Path.of("src/test/resources/golden/source/llama.gguf");
  private static final FineTuneConfig STEPS =
      FineTuneConfig.defaults().withBatchSize(2).withTokenBudget(24);

  @TempDir static Path folder;

  @BeforeAll
  static void writeModel() {
    FixtureModels.writeLlama(folder, 256, LAYERS);
  }

  @ParameterizedTest
  @EnumSource(BaseFormat.class)
  void everyFormOfABaseHasTheBitsOfOneThatStays(BaseFormat base) {
    ModelOptions stays = new ModelOptions(base, ComputeType.FLOAT32);
    assertThat(result(stays.offloaded())).isEqualTo(result(stays));
  }

  @Test
  void tasksAndWorkersThatShareTheBaseHaveTheBitsOfOneAlone() throws Exception {
    try (DecoderModel model = load(ModelOptions.float32().offloaded())) {
      List<Callable<String>> tasks = new ArrayList<>();
      List<String> alone = new ArrayList<>();
      for (int seed = 0; seed < 3; seed++) {
        LocalRun run = LocalRun.ofSeed(seed);
        alone.add(train(model, run));
        tasks.add(() -> train(model, run.withWorkers(2)));
      }
      ExecutorService pool = Executors.newFixedThreadPool(3);
      try {
        List<String> atOnce = new ArrayList<>();
        for (Future<String> result : pool.invokeAll(tasks)) {
          atOnce.add(result.get());
        }
        assertThat(atOnce).isEqualTo(alone).doesNotHaveDuplicates();
      } finally {
        pool.shutdown();
      }
    }
  }

  @Test
  void aPassHasNoMoreThanTwoLayersInMemoryInEitherDirection() {
    long layer = layerBytes();
    List<Long> stays = residentAtEachLayer(ModelOptions.float32());
    List<Long> offloaded = residentAtEachLayer(ModelOptions.float32().offloaded());
    assertThat(offloaded).hasSize(2 * LAYERS).allMatch(bytes -> bytes < 2 * layer);
    assertThat(stays.get(2 * LAYERS - 1)).isGreaterThan((long) (0.9 * LAYERS * layer));
  }

  @Test
  void aModelThatIsClosedLeavesNothingInMemory() {
    residentAtEachLayer(ModelOptions.float32());
    assertThat(ResidentMemory.ofFile(weights())).isLessThan(layerBytes() / 10);
  }

  @Test
  void keepingLayersIsRefused() {
    try (DecoderModel model = load(ModelOptions.float32().offloaded())) {
      FineTuneConfig kept = STEPS.withCheckpointing(Checkpointing.OFF);
      assertThatThrownBy(
              () -> FineTuner.train(model, LORA, start(model), EXAMPLES, kept, LocalRun.ofSeed(1)))
          .isInstanceOf(LlmException.class)
          .hasMessageStartingWith("Invalid checkpointing off: layers of an offloaded base ")
          .hasMessageEndingWith("set auto or on");
    }
  }

  /** Trains and evaluates; the bits of both. */
  private static String result(ModelOptions options) {
    try (DecoderModel model = load(options)) {
      int vocabulary = model.config().vocabularySize();
      List<TokenizedExample> examples =
          EXAMPLES.stream().map(example -> within(example, vocabulary)).toList();
      NamedTensors trained =
          FineTuner.train(model, LORA, start(model), examples, STEPS, LocalRun.ofSeed(1))
              .parameters();
      double loss =
          HeldOutLoss.defaults().evaluate(model, new Adapter(LORA, trained), examples).lossSum();
      return FixtureExamples.sha256(trained) + " " + loss;
    }
  }

  private static String train(DecoderModel model, LocalRun run) {
    return FixtureExamples.sha256(
        FineTuner.train(model, LORA, start(model), EXAMPLES, STEPS, run).parameters());
  }

  /** Returns the bytes of the base in memory when a pass comes to each layer, and back. */
  private static List<Long> residentAtEachLayer(ModelOptions options) {
    Path file = weights();
    List<Long> bytes = new ArrayList<>();
    try (DecoderModel model = load(options);
        ComputeThread thread = ComputeThread.enter(1);
        NativeScope task = model.openTask(thread);
        TrainableParameters parameters = new TrainableParameters(task, start(model));
        BoundAdapter adapter = LORA.bind(model, parameters::leaf)) {
      DropoutMasks probe = new Probe(() -> bytes.add(ResidentMemory.ofFile(file)));
      new LayerwisePass(thread, model.forward(adapter, probe), 256, /* trainsBase= */ false)
          .run(task, TokenBatch.pack(EXAMPLES, 10_000).get(0), 1, /* recompute= */ true);
    }
    return bytes;
  }

  /** Is asked for masks before each layer computes. */
  private record Probe(Runnable look) implements DropoutMasks {

    @Override
    public NativeTensor mask(NativeScope scope, int layer, int module, int rows, int width) {
      if (module == 0) {
        look.run();
      }
      byte[] keep = new byte[rows * width];
      Arrays.fill(keep, (byte) 1);
      return scope.bytes(keep, rows, width);
    }

    @Override
    public double compensation() {
      return 1;
    }
  }

  private static DecoderModel load(ModelOptions options) {
    return ModelLoader.load(
        options.base() == BaseFormat.GGUF ? GGUF : folder,
        folder.resolve("cache"),
        options,
        SourceProgress.none());
  }

  private static NamedTensors start(DecoderModel model) {
    return FixtureExamples.randomLike(LORA.initialise(model, 1), 0.1, 2);
  }

  private static Path weights() {
    try {
      return folder.resolve("model.safetensors").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long layerBytes() {
    try (SafetensorsFile file = SafetensorsFile.open(weights())) {
      return file.names().stream()
          .filter(name -> name.startsWith("model.layers.0."))
          .mapToLong(name -> file.info(name).byteLength())
          .sum();
    }
  }

  private static TokenizedExample within(TokenizedExample example, int vocabulary) {
    int[] ids = Arrays.stream(example.inputIds()).map(id -> id % vocabulary).toArray();
    return new TokenizedExample(example.id(), ids, ids);
  }
}
