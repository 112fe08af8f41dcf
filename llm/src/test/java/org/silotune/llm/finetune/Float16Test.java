package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** Six steps of two or three examples, with dropout and a schedule that moves. */
  private static final FineTuneConfig DROPPED =
      GRADIENT
          .withLength(new TrainingLength.Steps(6))
          .withBatchSize(3)
          .withSchedule(new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, 2));

  @TempDir private static Path cache;

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gpt2");
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

  /** The rows, dropout and schedule of a step do not depend on how often it is computed. */
  @Test
  void aStepIsRepeatedWithHalfTheScaleUntilItsGradientIsFinite() {
    FineTuneConfig config = DROPPED.withLossScale(new LossScaling(0x1p24, 1000));
    List<StepReport> steps = new ArrayList<>();
    FineTuneResult result = train("llama", FLOAT16, config, steps::add);
    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(steps.get(0).repeats()).isBetween(1, 23);
    assertThat(result.repeats()).isEqualTo(steps.stream().mapToLong(StepReport::repeats).sum());
    assertThat(result.lossScale()).isEqualTo(Math.scalb(1.0, 24 - (int) result.repeats()));

    FineTuneConfig fitting = config.withLossScale(new LossScaling(result.lossScale(), 1000));
    List<StepReport> plain = new ArrayList<>();
    FineTuneResult expected = train("llama", FLOAT16, fitting, plain::add);
    assertThat(expected.repeats()).isZero();
    assertThat(FixtureExamples.sha256(result.parameters()))
        .isEqualTo(FixtureExamples.sha256(expected.parameters()));
    assertThat(result.optimizerState().step()).isEqualTo(6);
    assertThat(result.examplesSeen()).isEqualTo(expected.examplesSeen());
    assertThat(result.meanLoss()).isEqualTo(expected.meanLoss());
    assertThat(steps)
        .extracting(StepReport::learningRate)
        .containsExactlyElementsOf(plain.stream().map(StepReport::learningRate).toList());
  }

  @Test
  void aScaleThatGrowsTooFarComesBackAndNoStepIsLost() {
    FineTuneConfig config =
        GRADIENT.withLength(new TrainingLength.Steps(16)).withLossScale(new LossScaling(0x1p24, 2));
    List<StepReport> steps = new ArrayList<>();
    FineTuneResult result = train("llama", FLOAT16, config, steps::add);
    double scale = 0x1p24;
    int good = 0;
    for (StepReport step : steps) {
      scale = Math.scalb(scale, -step.repeats());
      good = step.repeats() > 0 ? 1 : good + 1;
      assertThat(step.lossScale()).isEqualTo(scale);
      assertThat(step.gradientNorm()).isFinite();
      if (good == 2) {
        scale *= 2;
        good = 0;
      }
    }
    assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(result.lossScale()).isEqualTo(scale);
    assertThat(steps.subList(1, 16)).as("grown too far").anyMatch(step -> step.repeats() > 0);
    assertThat(result.optimizerState().step()).isEqualTo(16);
  }

  @Test
  void aGradientThatNoScaleMakesFiniteEndsAtScaleOne() {
    FineTuneConfig config = GRADIENT.withLength(new TrainingLength.Steps(2));
    NamedTensors infinite;
    try (DecoderModel model = FixtureModels.load("llama", cache, FLOAT16)) {
      infinite = lora("llama", 0).initialise(model, 1);
      infinite.forEach((name, values) -> Arrays.fill(values, Float.POSITIVE_INFINITY));
    }
    LocalRun run = LocalRun.ofSeed(1).withGradientTerm(g -> g.addDifference(1, infinite));
    FineTuneResult result = train("llama", FLOAT16, config, run);
    assertThat(result.outcome()).isEqualTo(Outcome.GRADIENT_NOT_FINITE);
    assertThat(result.steps()).isZero();
    assertThat(result.repeats()).isEqualTo(16);
    assertThat(result.lossScale()).isEqualTo(1);
    assertThat(result.lastLoss()).isFinite();
    FineTuneResult exact = train("llama", ModelOptions.float32(), config, run);
    assertThat(exact.outcome()).isEqualTo(Outcome.GRADIENT_NOT_FINITE);
    assertThat(exact.repeats()).isZero();
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
    return train(family, options, config, LocalRun.ofSeed(1).withListener(listener));
  }

  private static FineTuneResult train(
      String family, ModelOptions options, FineTuneConfig config, LocalRun run) {
    double dropout = config.batchSize() == DROPPED.batchSize() ? 0.1 : 0;
    LoraConfig lora = lora(family, dropout);
    try (DecoderModel model = FixtureModels.load(family, cache, options)) {
      NamedTensors start = FixtureExamples.randomLike(lora.initialise(model, 1), 0.1, 2);
      return FineTuner.train(model, lora, start, EXAMPLES, config, run);
    }
  }

  private static LoraConfig lora(String family, double dropout) {
    return new LoraConfig(
        4, 8, dropout, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
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
