package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Loss and LoRA gradients of bfloat16 against those of float32, for every family. */
final class BFloat16Test {

  private static final double LOSS_TOLERANCE = 5e-3;
  private static final double COSINE_TOLERANCE = 5e-3;

  private static final GoldenReport REPORT = GoldenReport.of(BFloat16Test.class);
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
  void lossAndGradientAreNearThoseOfFloat32(String family) {
    FineTuneResult exact = step(family, ModelOptions.float32(), Checkpointing.OFF);
    for (BaseFormat base : List.of(BaseFormat.FLOAT32, BaseFormat.BFLOAT16)) {
      ModelOptions options = new ModelOptions(base, ComputeType.BFLOAT16);
      FineTuneResult rounded = step(family, options, Checkpointing.OFF);
      double gap = Math.abs(rounded.lastLoss() / exact.lastLoss() - 1);
      assertThat(gap).as("loss gap").isLessThan(LOSS_TOLERANCE);
      double cosine = FixtureExamples.cosine(gradient(rounded), gradient(exact));
      assertThat(1 - cosine).as("cosine of gradients").isCloseTo(0, within(COSINE_TOLERANCE));
      REPORT.add(family, "loss gap, bfloat16 on a %s base".formatted(base), gap, LOSS_TOLERANCE);
      REPORT.add(
          family,
          "1 - cosine of gradients, bfloat16 on a %s base".formatted(base),
          1 - cosine,
          COSINE_TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void recomputingLayersKeepsTheBits(String family) {
    ModelOptions options = new ModelOptions(BaseFormat.BFLOAT16, ComputeType.BFLOAT16);
    FineTuneResult kept = step(family, options, Checkpointing.OFF);
    FineTuneResult recomputed = step(family, options, Checkpointing.ON);
    assertThat(FixtureExamples.sha256(recomputed.parameters()))
        .isEqualTo(FixtureExamples.sha256(kept.parameters()));
  }

  private static FineTuneResult step(String family, ModelOptions options, Checkpointing passes) {
    LoraConfig lora =
        new LoraConfig(
            4, 8, 0, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
    try (DecoderModel model = FixtureModels.load(family, cache, options)) {
      NamedTensors start = FixtureExamples.randomLike(lora.initialise(model, 1), 0.1, 2);
      return FineTuner.train(
          model, lora, start, EXAMPLES, GRADIENT.withCheckpointing(passes), LocalRun.ofSeed(1));
    }
  }

  private static NamedTensors gradient(FineTuneResult result) {
    return result.optimizerState().moments().get("momentum_buffer");
  }
}
