package org.silotune.llm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.Bytes;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.plan.TrainingMemory.Constants;

/** The bundled model: L 4, D 192, 6 heads of 32, 2 of keys and values, F 512, V 2048; float16. */
final class TrainingMemoryTest {

  private static final Path TINY = Path.of("src/main/resources/org/silotune/llm/hub/tiny");
  private static final Constants NONE = new Constants(0, 0, 0, 0, 0, 0);
  private static final TrainingShape SHAPE = new TrainingShape(1000, 400, 100, 1, 2, false);

  @TempDir private Path cache;

  @Test
  void consumersAreTheSumsOfTheirTensors() {
    Map<String, Long> bytes = bytes(plan(LoraConfig.defaults(), SHAPE));
    // Of a layer, a token: 4 Q + 3 F of the products, h and o for the adapter, 4 r; 2 D and H.
    long kept = 4 * (4 * 192 + 3 * 512 + 192 + 192 + 4 * 8 + 2 * 192 + 6);
    long parameters = 4L * 8 * (2 * (192 + 192) + 2 * (192 + 64));
    long matrices = 4L * (2 * 192 * 192 + 2 * 192 * 64 + 3 * 192 * 512);
    assertThat(bytes)
        .containsEntry("activations of 4 layers", 4 * 1000 * kept)
        .containsEntry("states between layers", 2L * 1000 * 192 * 4)
        .containsEntry("trained tensors, gradients and moments", 4 * parameters * 5)
        .containsEntry("ids and rotary tables", 1000L * (16 + 128))
        .containsEntry("matrices made of the layers", 4 * matrices)
        .containsEntry("Java heap", 4 * parameters * 7);
    assertThat(bytes.get("base weights, mapped")).isEqualTo(2 * (matrices + 2048 * 192 + 9 * 192));
  }

  @Test
  void ofTheHeadAndALayerTheLargerIsCounted() {
    long gradients = 1000L * 4 * (3 * 512 + 3 * 192);
    long head = 4 * 2048 * 192;
    int chunk = (int) ((gradients - head) / (2 * 2048 * 4));
    Map<String, Long> layer = bytes(plan(LoraConfig.defaults(), withLossChunk(chunk)));
    Map<String, Long> larger = bytes(plan(LoraConfig.defaults(), withLossChunk(chunk + 1)));
    assertThat(layer)
        .containsEntry("gradients of activations", gradients)
        .doesNotContainKeys("logits of a loss chunk", "matrix made of the head");
    assertThat(larger)
        .containsEntry("logits of a loss chunk", 2L * (chunk + 1) * 2048 * 4)
        .containsEntry("matrix made of the head", head)
        .doesNotContainKey("gradients of activations");
  }

  /** In bfloat16 scores are made in it and cast; and examples attend by products. */
  @Test
  void bfloat16KeepsProbabilitiesAndHoldsLogitsOnceMore() {
    ModelOptions bfloat16 = new ModelOptions(BaseFormat.FLOAT32, ComputeType.BFLOAT16);
    TrainingShape shape = new TrainingShape(1000, 700, 1000, 1, 2, false);
    Map<String, Long> bytes = bytes(plan(bfloat16, LoraConfig.defaults(), shape));
    long kept = 2 * (4 * 192 + 3 * 512 + 192 + 192 + 4 * 8) + 4 * (2 * 192 + 6);
    assertThat(bytes)
        .containsEntry("activations of 4 layers", 4 * 1000 * (kept + 2 * 6 * 512))
        .containsEntry("logits of a loss chunk", (2 * 4 + 2) * 1000L * 2048);
    TrainingShape shorter = new TrainingShape(1000, 100, 1000, 1, 2, false);
    assertThat(bytes(plan(bfloat16, LoraConfig.defaults(), shorter)))
        .containsEntry("activations of 4 layers", 4 * 1000 * (kept + 2 * 6 * 100));
    try (DecoderModel model = ModelLoader.load(TINY, cache, bfloat16, SourceProgress.none())) {
      TrainedModel onGpu = TrainedModel.of(model, LoraConfig.defaults()).onGpu();
      assertThat(bytes(TrainingMemory.ofGpu(onGpu, shape, 1)))
          .containsEntry("activations of 4 layers", 4 * 1000 * kept);
    }
  }

  @Test
  void recomputedLayersKeepTheirInputsAndOneLayer() {
    Map<String, Long> kept = bytes(plan(LoraConfig.defaults(), SHAPE));
    Map<String, Long> again = bytes(plan(LoraConfig.defaults(), SHAPE.withRecompute(true)));
    assertThat(again.get("activations of a layer") * 4)
        .isEqualTo(kept.get("activations of 4 layers"));
    assertThat(again).containsEntry("states between layers", 5L * 1000 * 192 * 4);
  }

  /** Layers are kept or not by it, also around the size from which an activation has own pages. */
  @Test
  void moreTokensWhoseLayersAreKeptNeverTakeLess() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults());
      long before = 0;
      for (int tokens = 4000; tokens < 4200; tokens++) {
        long peak = TrainingMemory.plan(trained, SHAPE.withTokens(tokens), 1).peakBytes();
        assertThat(peak).as("%d tokens", tokens).isGreaterThan(before);
        before = peak;
      }
    }
  }

  @Test
  void maskedInputsAreCopiesOfTheirOwn() {
    LoraConfig lora = LoraConfig.defaults();
    long plain = bytes(plan(lora, SHAPE)).get("activations of 4 layers");
    long masked = bytes(plan(lora.withDropout(0.1), SHAPE)).get("activations of 4 layers");
    assertThat(masked - plain).isEqualTo(4 * 1000 * (4 * 2 * 192 + 4 * 192));
  }

  @Test
  void theAdaptersFootprintIsThatOfItsTensors() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      LoraConfig lora = LoraConfig.defaults().withTargetModules(List.of("mlp.up_proj", "v_proj"));
      assertThat(TrainedModel.of(model, lora).parameters())
          .isEqualTo(lora.initialise(model, 1).coordinateCount());
    }
  }

  /** What stays is there once; the layer at work is each task's own copy. */
  @Test
  void onAGpuAnOffloadedLayerIsATasksOwn() {
    TrainingShape shape = SHAPE.withRecompute(true);
    Map<String, Long> stays = onGpu(ModelOptions.float32(), shape);
    Map<String, Long> offloaded = onGpu(ModelOptions.float32().offloaded(), shape);
    long layer = 2L * 192 * (2 * 192 + 2 * 64 + 3 * 512 + 2); // 16 bits in the file
    assertThat(stays.get("base weights") - offloaded.get("base weights")).isEqualTo(4 * layer);
    String made = "matrices made of a layer";
    assertThat(offloaded.get(made) - stays.get(made)).isEqualTo(2 * layer);
    ModelOptions options = ModelOptions.float32().offloaded();
    try (DecoderModel model = ModelLoader.load(TINY, cache, options, SourceProgress.none())) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults()).onGpu();
      assertThat(bytes(TrainingMemory.besideGpu(trained, shape, 1)))
          .containsEntry("layers on their way to the GPU, mapped", 2 * layer);
    }
  }

  private Map<String, Long> onGpu(ModelOptions options, TrainingShape shape) {
    try (DecoderModel model = ModelLoader.load(TINY, cache, options, SourceProgress.none())) {
      var trained = TrainedModel.of(model, LoraConfig.defaults()).onGpu();
      return bytes(TrainingMemory.ofGpu(trained, shape, 1));
    }
  }

  /** A GPU holds what the process held of tensors, each byte of them in one of the two. */
  @Test
  void onAGpuTensorsAreTheGpusAndTheRestIsTheProcesss() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults());
      MemoryPlan processor = TrainingMemory.plan(trained, SHAPE, 2);
      MemoryPlan gpu = TrainingMemory.ofGpu(trained.onGpu(), SHAPE, 2);
      MemoryPlan beside = TrainingMemory.besideGpu(trained.onGpu(), SHAPE, 2);
      assertThat(gpu.bytes(MemoryConsumer.Kind.GPU)).isEqualTo(gpu.peakBytes());
      assertThat(beside.bytes(MemoryConsumer.Kind.GPU)).isZero();
      Map<String, Long> there = bytes(gpu);
      Map<String, Long> here = bytes(processor);
      assertThat(there.get("base weights")).isEqualTo(here.get("base weights, mapped"));
      for (String tensors :
          List.of(
              "activations of 4 layers",
              "trained tensors, gradients and moments",
              "gradients of activations",
              "matrices made of the layers")) {
        assertThat(there.get(tensors)).as(tensors).isEqualTo(here.get(tensors)).isPositive();
      }
      assertThat(bytes(beside))
          .containsEntry("Java heap", here.get("Java heap"))
          .containsEntry("page-locked ids and rotary tables", here.get("ids and rotary tables"))
          .containsOnlyKeys("JVM and libtorch", "Java heap", "page-locked ids and rotary tables");
    }
  }

  @Test
  void onAGpuAMaskIsDrawnOfIntegers() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      LoraConfig dropped =
          LoraConfig.defaults().withDropout(0.1).withTargetModules(List.of("v_proj"));
      Map<String, Long> there =
          bytes(TrainingMemory.ofGpu(TrainedModel.of(model, dropped).onGpu(), SHAPE, 1));
      assertThat(there).containsEntry("integers of a dropout mask", 9L * 1000 * 192);
      assertThat(
              bytes(
                  TrainingMemory.ofGpu(
                      TrainedModel.of(model, LoraConfig.defaults()).onGpu(), SHAPE, 1)))
          .doesNotContainKey("integers of a dropout mask");
    }
  }

  /** No setting tells how much a GPU has, so layers are recomputed unless asked not to be. */
  @Test
  void onAGpuLayersAreRecomputedHoweverMuchTheProcessHas() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults());
      MemoryLimit plenty = new MemoryLimit(1L << 50, 0, 1);
      FineTuneConfig config = FineTuneConfig.defaults();
      assertThat(recomputes(config, trained, plenty)).isFalse();
      assertThat(recomputes(config, trained.onGpu(), plenty)).isTrue();
      FineTuneConfig off = config.withCheckpointing(Checkpointing.OFF);
      assertThat(recomputes(off, trained.onGpu(), plenty)).isFalse();
    }
  }

  @Test
  void tasksAndWorkersMultiplyWhatIsTheirs() {
    MemoryPlan one = plan(LoraConfig.defaults(), SHAPE);
    MemoryPlan three = new MemoryPlan(one.process(), one.task(), 3);
    assertThat(three.peakBytes()).isEqualTo(one.processBytes() + 3 * one.taskBytes());
    assertThat(three.consumers().stream().mapToLong(MemoryConsumer::bytes).sum())
        .isEqualTo(three.peakBytes());
    assertThat(three.consumers().get(0).name()).isEqualTo("activations of 4 layers");
    Map<String, Long> two = bytes(plan(LoraConfig.defaults(), SHAPE.withWorkers(2)));
    assertThat(two.get("gradients of activations"))
        .isEqualTo(2 * bytes(one).get("gradients of activations"));
  }

  @Test
  void layersAreKeptWhereTheMemoryHoldsThemAndTheHeapAtItsLargest() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults());
      FineTuneConfig config = FineTuneConfig.defaults().withTokenBudget(1000);
      MemoryPlan keeping =
          TrainingMemory.plan(
              trained, config.shape(trained, 400, 1, new MemoryLimit(1L << 40, 0, 1)), 1);
      long heap = 1L << 30;
      long least = keeping.peakBytes() - keeping.bytes(MemoryConsumer.Kind.HEAP) + heap;
      long limit = Math.round(least / 0.9);
      assertThat(recomputes(config, trained, new MemoryLimit(limit + 10, heap, 1))).isFalse();
      assertThat(recomputes(config, trained, new MemoryLimit(limit - 10, heap, 1))).isTrue();
      assertThat(recomputes(config, trained, new MemoryLimit(limit + 10, heap, 2))).isTrue();
      FineTuneConfig off = config.withCheckpointing(Checkpointing.OFF);
      assertThat(recomputes(off, trained, new MemoryLimit(1, 0, 1))).isFalse();
    }
  }

  @Test
  void theLargestBatchIsTheBudgetUnlessAnExampleIsLongerOrAStepSmaller() {
    assertThat(TrainingShape.largestBatch(1024, 512, 8)).isEqualTo(1024);
    assertThat(TrainingShape.largestBatch(256, 512, 8)).isEqualTo(512);
    assertThat(TrainingShape.largestBatch(1024, 100, 2)).isEqualTo(200);
    assertThatThrownBy(() -> SHAPE.withTokens(0)).hasMessage("Invalid tokens: 0, must be >= 1");
  }

  @Test
  void bytesReadAsPeopleReadThem() {
    assertThat(List.of(Bytes.text(0), Bytes.text(999), Bytes.text(1_000), Bytes.text(9_996_000)))
        .containsExactly("0 bytes", "999 bytes", "1.00 kB", "10.0 MB");
    assertThat(Bytes.text(3_412_000_000L)).isEqualTo("3.41 GB");
  }

  private static boolean recomputes(FineTuneConfig config, TrainedModel model, MemoryLimit limit) {
    return config.shape(model, 400, 1, limit).recompute();
  }

  private MemoryPlan plan(LoraConfig lora, TrainingShape shape) {
    return plan(ModelOptions.float32(), lora, shape);
  }

  private MemoryPlan plan(ModelOptions options, LoraConfig lora, TrainingShape shape) {
    try (DecoderModel model = ModelLoader.load(TINY, cache, options, SourceProgress.none())) {
      return TrainingMemory.plan(TrainedModel.of(model, lora), shape, 1, NONE);
    }
  }

  private static TrainingShape withLossChunk(int positions) {
    return new TrainingShape(1000, 400, positions, 1, 2, false);
  }

  private static Map<String, Long> bytes(MemoryPlan plan) {
    return plan.consumers().stream()
        .collect(Collectors.toMap(MemoryConsumer::name, MemoryConsumer::bytes));
  }
}
