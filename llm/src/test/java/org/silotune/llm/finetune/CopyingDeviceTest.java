package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.CopiedModels;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Whole fine-tunes along a GPU's way of values, on a device that is the processor: nothing is left
 * out on the way there, and nothing is left behind. Where an input lies in memory may decide the
 * last bit of a product, so the results are near and not equal.
 */
final class CopyingDeviceTest {

  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(7, 5);
  private static final Map<String, List<String>> MODULES =
      Map.of("gpt2", List.of("c_attn", "c_proj", "c_fc"));

  @TempDir private static Path cache;

  @ParameterizedTest
  @CsvSource({
    "llama, FLOAT32, FLOAT32, false, AUTO, 1e-6",
    "llama, FLOAT32, FLOAT32, false, ON, 1e-6",
    "llama, FLOAT32, FLOAT32, true, AUTO, 1e-6",
    "gemma3, FLOAT32, FLOAT32, false, AUTO, 1e-6",
    "gpt2, FLOAT32, FLOAT32, false, AUTO, 1e-6",
    "gpt2, FLOAT32, FLOAT32, true, AUTO, 1e-6",
    "llama, BFLOAT16, FLOAT32, false, AUTO, 1e-6",
    "qwen3, INT8, FLOAT32, false, AUTO, 1e-6",
    "qwen3, INT8, FLOAT32, true, AUTO, 1e-6",
    "llama, NF4, FLOAT32, false, AUTO, 1e-6",
    "llama, NF4, FLOAT32, true, AUTO, 1e-6",
    "llama, FLOAT32, FLOAT16, false, ON, 1e-4",
    "qwen3, NF4, FLOAT16, false, AUTO, 1e-4"
  })
  void threeStepsWithDropoutAndMomentsAreThoseOfTheProcessor(
      String family,
      BaseFormat base,
      ComputeType compute,
      boolean offload,
      Checkpointing checkpointing,
      double tolerance) {
    ModelOptions options = new ModelOptions(base, compute, offload);
    FineTuneConfig config =
        FineTuneConfig.defaults()
            .withLearningRate(1e-2)
            .withLength(new TrainingLength.Steps(3))
            .withBatchSize(3)
            .withTokenBudget(40)
            .withCheckpointing(checkpointing);
    LoraConfig lora =
        new LoraConfig(
            4, 8, 0.2, MODULES.getOrDefault(family, List.of("q_proj", "v_proj", "up_proj")));
    try (DecoderModel here = FixtureModels.load(family, cache, options);
        DecoderModel there = CopiedModels.load(family, cache, options)) {
      NamedTensors initial = FixtureExamples.randomLike(lora.initialise(here, 1), 0.1, 2);
      int before = there.heldCount();
      FineTuneResult expected =
          FineTuner.train(here, lora, initial, EXAMPLES, config, LocalRun.ofSeed(1));
      FineTuneResult copied =
          FineTuner.train(there, lora, initial, EXAMPLES, config, LocalRun.ofSeed(1));
      assertThat(copied.meanLoss() / expected.meanLoss()).isCloseTo(1, within(tolerance));
      assertThat(FixtureExamples.relativeDistance(copied.parameters(), expected.parameters()))
          .isLessThan(100 * tolerance);
      assertThat(copied.lossScale()).isEqualTo(expected.lossScale());
      assertThat(copied.optimizerState().moments().keySet())
          .isEqualTo(expected.optimizerState().moments().keySet());
      assertThat(heldOut(there, lora, copied) / heldOut(here, lora, expected))
          .isCloseTo(1, within(10 * tolerance));
      assertThat(there.heldCount()).as("left behind").isEqualTo(before);
    }
  }

  private static double heldOut(DecoderModel model, LoraConfig lora, FineTuneResult result) {
    return HeldOutLoss.defaults()
        .evaluate(model, new Adapter(lora, result.parameters()), EXAMPLES)
        .mean();
  }
}
