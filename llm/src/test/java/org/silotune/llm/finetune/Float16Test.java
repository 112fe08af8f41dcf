package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Loss and LoRA gradients of float16 against those of float32, and what its loss scale does. */
final class Float16Test {

  private static final double LOSS_TOLERANCE = 1e-3;
  private static final double COSINE_TOLERANCE = 1e-3;

  private static final GoldenReport REPORT = GoldenReport.of(Float16Test.class);
  private static final Map<String, List<String>> MODULES =
      Map.of("gpt2", List.of("c_attn", "c_proj", "c_fc"));
  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);
  private static final ModelOptions FLOAT16 =
      new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT16);
  private static final FineTuneConfig GRADIENT =
      FineTuneConfig.defaults()
          .withOptimizer(new OptimizerConfig.Sgd(0.9, 0))
          .withLength(new TrainingLength.Steps(1))
          .withClipNorm(OptionalDouble.empty())
          .withCheckpointing(Checkpointing.OFF)
          .withBatchSize(EXAMPLES.size());

  @TempDir private static Path cache;

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void lossAndGradientAreNearThoseOfFloat32(String family) {
    FineTuneResult exact = train(family, ModelOptions.float32(), GRADIENT, StepListener.none());
    FineTuneResult rounded = train(family, FLOAT16, GRADIENT, StepListener.none());
    double gap = Math.abs(rounded.lastLoss() / exact.lastLoss() - 1);
    assertThat(gap).as("loss gap").isLessThan(LOSS_TOLERANCE);
    double cosine = FixtureExamples.cosine(gradient(rounded), gradient(exact));
    assertThat(1 - cosine).as("cosine of gradients").isCloseTo(0, within(COSINE_TOLERANCE));
    assertThat(norm(gradient(rounded)) / norm(gradient(exact)))
        .as("scaled back")
        .isCloseTo(1, within(1e-2));
    REPORT.add(family, "loss gap, float16", gap, LOSS_TOLERANCE);
    REPORT.add(family, "1 - cosine of gradients, float16", 1 - cosine, COSINE_TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("families")
  void recomputingLayersKeepsTheBits(String family) {
    FineTuneResult kept = train(family, FLOAT16, GRADIENT, StepListener.none());
    FineTuneResult recomputed =
        train(family, FLOAT16, GRADIENT.withCheckpointing(Checkpointing.ON), StepListener.none());
    assertThat(FixtureExamples.sha256(recomputed.parameters()))
        .isEqualTo(FixtureExamples.sha256(kept.parameters()));
  }

  /** Half of the smallest gradients of a model are subnormal or zero in float16 as they are. */
  @Test
  void withoutScalingSmallGradientsAreLost() {
    FineTuneConfig unscaled = GRADIENT.withLossScale(new LossScaling(1, 1));
    NamedTensors exact =
        gradient(train("llama", ModelOptions.float32(), GRADIENT, StepListener.none()));
    NamedTensors scaled = gradient(train("llama", FLOAT16, GRADIENT, StepListener.none()));
    NamedTensors plain = gradient(train("llama", FLOAT16, unscaled, StepListener.none()));
    assertThat(1 - FixtureExamples.cosine(scaled, exact))
        .isLessThan(1 - FixtureExamples.cosine(plain, exact));
  }

  @Test
  void aScaleThatIsTooLargeIsHalvedStepByStepAndThoseStepsChangeNothing() {
    FineTuneConfig config =
        GRADIENT.withLength(new TrainingLength.Steps(16)).withLossScale(new LossScaling(0x1p24, 2));
    List<StepReport> steps = new ArrayList<>();
    FineTuneResult result = train("llama", FLOAT16, config, steps::add);
    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(steps).hasSize(16);
    assertThat(steps.get(0).skipped()).isTrue();
    assertThat(steps.get(0).gradientNorm()).isNotFinite();
    double scale = 0x1p24;
    int good = 0;
    double loss = steps.get(0).meanLoss();
    boolean updated = false;
    for (StepReport step : steps) {
      assertThat(step.lossScale()).isEqualTo(scale);
      assertThat(step.meanLoss() == loss).as("step %s", step).isEqualTo(!updated);
      updated |= !step.skipped();
      good = step.skipped() ? 0 : good + 1;
      scale = step.skipped() ? scale / 2 : good % 2 == 0 ? 2 * scale : scale;
    }
    assertThat(result.lossScale()).isEqualTo(scale);
    assertThat(result.skippedSteps())
        .isEqualTo(steps.stream().filter(StepReport::skipped).count())
        .isBetween(2L, 14L);
    assertThat(result.optimizerState().step()).isEqualTo(16 - result.skippedSteps());
    assertThat(result.steps()).isEqualTo(16);
  }

  @Test
  void aFineTuneThatCouldNotMakeAnyStepFails() {
    FineTuneConfig config =
        GRADIENT.withLength(new TrainingLength.Steps(2)).withLossScale(new LossScaling(0x1p24, 2));
    FineTuneResult result = train("llama", FLOAT16, config, StepListener.none());
    assertThat(result.outcome()).isEqualTo(Outcome.NOT_FINITE);
    assertThat(result.skippedSteps()).isEqualTo(2);
    assertThat(result.optimizerState().step()).isZero();
  }

  @Test
  void otherTypesAreNotScaled() {
    List<StepReport> steps = new ArrayList<>();
    FineTuneConfig config = GRADIENT.withLossScale(new LossScaling(0x1p24, 1));
    FineTuneResult result = train("llama", ModelOptions.float32(), config, steps::add);
    assertThat(steps.get(0).lossScale()).isEqualTo(1);
    assertThat(result.lossScale()).isEqualTo(1);
    FineTuneResult plain = train("llama", ModelOptions.float32(), GRADIENT, StepListener.none());
    assertThat(FixtureExamples.sha256(result.parameters()))
        .isEqualTo(FixtureExamples.sha256(plain.parameters()));
  }

  private static FineTuneResult train(
      String family, ModelOptions options, FineTuneConfig config, StepListener listener) {
    LoraConfig lora =
        new LoraConfig(
            4, 8, 0, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
    try (DecoderModel model = FixtureModels.load(family, cache, options)) {
      NamedTensors start = FixtureExamples.randomLike(lora.initialise(model, 1), 0.1, 2);
      return FineTuner.train(
          model, lora, start, EXAMPLES, config, LocalRun.ofSeed(1).withListener(listener));
    }
  }

  private static NamedTensors gradient(FineTuneResult result) {
    return result.optimizerState().moments().get("momentum_buffer");
  }

  private static double norm(NamedTensors tensors) {
    double sum = 0;
    for (String name : tensors.names()) {
      for (float value : tensors.values(name)) {
        sum += (double) value * value;
      }
    }
    return Math.sqrt(sum);
  }
}
