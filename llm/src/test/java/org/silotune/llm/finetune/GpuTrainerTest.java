package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.TensorAssertions;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Losses and gradients on a GPU against those of the processor. Not run yet. */
@Tag("gpu")
final class GpuTrainerTest {

  private static final TensorDevice GPU = new TensorDevice.Gpu(0);
  private static final TensorDevice CPU = TensorDevice.processor();
  private static final double LOSS_TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 1e-4;
  private static final double HALF_LOSS_TOLERANCE = 5e-3;
  private static final double HALF_COSINE_TOLERANCE = 5e-3;

  private static final Map<String, List<String>> MODULES =
      Map.of("gpt2", List.of("c_attn", "c_proj", "c_fc"));
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);
  private static final FineTuneConfig GRADIENT =
      FineTuneConfig.defaults()
          .withOptimizer(new OptimizerConfig.Sgd(0.9, 0))
          .withLength(new TrainingLength.Steps(1))
          .withClipNorm(OptionalDouble.empty())
          .withBatchSize(EXAMPLES.size());

  @TempDir private static Path cache;

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossAndGradientAreThoseOfTheProcessor(String family) {
    for (Checkpointing passes : List.of(Checkpointing.OFF, Checkpointing.ON)) {
      near(family, ModelOptions.float32(), GRADIENT.withCheckpointing(passes), 0);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BaseFormat.class,
      names = {"BFLOAT16", "INT8", "NF4"})
  void lossAndGradientOnAnotherBaseToo(BaseFormat base) {
    near("llama", new ModelOptions(base, ComputeType.FLOAT32), GRADIENT, 0);
  }

  @ParameterizedTest
  @EnumSource(
      value = BaseFormat.class,
      names = {"FLOAT32", "NF4"})
  void lossAndGradientOnAnOffloadedBaseToo(BaseFormat base) {
    near("llama", new ModelOptions(base, ComputeType.FLOAT32).offloaded(), GRADIENT, 0);
  }

  /** Its masks are drawn there, and are the processor's. */
  @Test
  void lossAndGradientUnderDropoutToo() {
    near("llama", ModelOptions.float32(), GRADIENT, 0.3);
  }

  @ParameterizedTest
  @EnumSource(
      value = ComputeType.class,
      names = {"BFLOAT16", "FLOAT16"})
  void halfPrecisionIsNearThoseOfFloat32(ComputeType compute) {
    boolean half = compute == ComputeType.FLOAT16;
    for (String family : families().filter(f -> !half || !f.equals("gemma3")).toList()) {
      FineTuneResult exact = train(family, ModelOptions.float32(), CPU, GRADIENT, 0);
      FineTuneResult rounded =
          train(family, new ModelOptions(BaseFormat.FLOAT32, compute), GPU, GRADIENT, 0);
      assertThat(rounded.lastLoss() / exact.lastLoss())
          .as(family)
          .isCloseTo(1, within(HALF_LOSS_TOLERANCE));
      assertThat(FixtureExamples.cosine(gradient(rounded), gradient(exact)))
          .as(family)
          .isCloseTo(1, within(HALF_COSINE_TOLERANCE));
    }
  }

  @Test
  void aScaleThatIsTooLargeRepeatsStepsThere() {
    FineTuneConfig config =
        GRADIENT.withLength(new TrainingLength.Steps(16)).withLossScale(new LossScaling(0x1p24, 2));
    List<StepReport> steps = new ArrayList<>();
    try (DecoderModel model =
        load("llama", new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT16), GPU)) {
      LoraConfig lora = lora("llama", 0);
      FineTuneResult result =
          FineTuner.train(
              model,
              lora,
              start(lora, model),
              EXAMPLES,
              config,
              LocalRun.ofSeed(1).withListener(steps::add));
      assertThat(result.repeats()).isPositive();
      assertThat(result.steps()).isEqualTo(16);
    }
    assertThat(steps).hasSize(16);
  }

  @Test
  void threeStepsOfAdamWAndAHeldOutLossAreThoseOfTheProcessor() {
    FineTuneConfig config =
        FineTuneConfig.defaults()
            .withLearningRate(1e-2)
            .withLength(new TrainingLength.Steps(3))
            .withBatchSize(3)
            .withTokenBudget(40);
    NamedTensors here = train("llama", ModelOptions.float32(), CPU, config, 0).parameters();
    NamedTensors there = train("llama", ModelOptions.float32(), GPU, config, 0).parameters();
    for (String name : here.names()) {
      TensorAssertions.assertCloseInNorm(name, there.values(name), here.values(name), 1e-3);
    }
    assertThat(heldOut(there, GPU) / heldOut(there, CPU)).isCloseTo(1, within(LOSS_TOLERANCE));
  }

  /** A step leaves nothing behind on the device. */
  @Test
  void aModelHoldsNoMoreAfterManySteps() {
    try (DecoderModel model = load("llama", ModelOptions.float32(), GPU)) {
      int before = model.heldCount();
      LoraConfig lora = lora("llama", 0);
      for (int i = 0; i < 3; i++) {
        FineTuner.train(
            model,
            lora,
            start(lora, model),
            EXAMPLES,
            GRADIENT.withLength(new TrainingLength.Steps(20)),
            LocalRun.ofSeed(1));
        assertThat(model.heldCount()).isEqualTo(before);
      }
    }
  }

  private static void near(
      String family, ModelOptions options, FineTuneConfig config, double dropout) {
    FineTuneResult here = train(family, options, CPU, config, dropout);
    FineTuneResult there = train(family, options, GPU, config, dropout);
    assertThat(there.lastLoss() / here.lastLoss()).isCloseTo(1, within(LOSS_TOLERANCE));
    for (String name : gradient(here).names()) {
      TensorAssertions.assertCloseInNorm(
          name, gradient(there).values(name), gradient(here).values(name), GRADIENT_TOLERANCE);
    }
  }

  private static FineTuneResult train(
      String family,
      ModelOptions options,
      TensorDevice device,
      FineTuneConfig config,
      double dropout) {
    LoraConfig lora = lora(family, dropout);
    try (DecoderModel model = load(family, options, device)) {
      return FineTuner.train(model, lora, start(lora, model), EXAMPLES, config, LocalRun.ofSeed(1));
    }
  }

  private static double heldOut(NamedTensors parameters, TensorDevice device) {
    try (DecoderModel model = load("llama", ModelOptions.float32(), device)) {
      return HeldOutLoss.defaults()
          .evaluate(model, new Adapter(lora("llama", 0), parameters), EXAMPLES)
          .mean();
    }
  }

  private static DecoderModel load(String family, ModelOptions options, TensorDevice device) {
    return ModelLoader.load(
        FixtureModels.folder(family), cache, options, device, SourceProgress.none());
  }

  private static LoraConfig lora(String family, double dropout) {
    return new LoraConfig(
        4, 8, dropout, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
  }

  private static NamedTensors start(LoraConfig lora, DecoderModel model) {
    return FixtureExamples.randomLike(lora.initialise(model, 1), 0.1, 2);
  }

  private static NamedTensors gradient(FineTuneResult result) {
    return result.optimizerState().moments().get("momentum_buffer");
  }
}
