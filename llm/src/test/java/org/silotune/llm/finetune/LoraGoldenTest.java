package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.testing.TensorAssertions.assertCloseInNorm;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * LoRA on every linear map of every family against PEFT and torch's AdamW. Neither A nor B starts
 * at zero, so that no gradient is.
 */
final class LoraGoldenTest {

  private static final double LOSS_TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 1e-4;
  private static final double CHANGE_TOLERANCE = 1e-3;

  private static final GoldenReport REPORT = GoldenReport.of(LoraGoldenTest.class);

  private static final List<String> ATTENTION_AND_MLP =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
  private static final Map<String, List<String>> MODULES =
      Map.of("gpt2", List.of("c_attn", "c_proj", "c_fc"));

  /** Both examples at once, every intermediate kept; and one by one, layers recomputed. */
  private enum Pass {
    WHOLE("in one batch", 1024, 256, Checkpointing.OFF),
    PIECEWISE("example by example, recomputed", 1, 3, Checkpointing.ON);

    private final String label;
    private final int tokenBudget;
    private final int lossChunk;
    private final Checkpointing checkpointing;

    Pass(String label, int tokenBudget, int lossChunk, Checkpointing checkpointing) {
      this.label = label;
      this.tokenBudget = tokenBudget;
      this.lossChunk = lossChunk;
      this.checkpointing = checkpointing;
    }

    FineTuneConfig config(OptimizerConfig optimizer, double learningRate, int steps) {
      return FineTuneConfig.defaults()
          .withOptimizer(optimizer)
          .withLearningRate(learningRate)
          .withLength(new TrainingLength.Steps(steps))
          .withBatchSize(2)
          .withTokenBudget(tokenBudget)
          .withLossChunk(lossChunk)
          .withClipNorm(OptionalDouble.empty())
          .withCheckpointing(checkpointing);
    }
  }

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsAreThoseOfPeft(String family) {
    for (Pass pass : Pass.values()) {
      gradientsAreThoseOfPeft(family, pass);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void threeStepsOfAdamWMoveTheAdapterAsInTorch(String family) {
    GoldenTensors golden = golden(family);
    NamedTensors initial = FixtureModels.adapter(family);
    OptimizerConfig adamW = OptimizerConfig.AdamW.defaults().withWeightDecay(0.1);
    FineTuneResult result =
        train(family, golden, initial, Pass.WHOLE.config(adamW, /* learningRate= */ 1e-2, 3));
    assertThat(result.steps()).isEqualTo(3);
    NamedTensors moved = result.parameters().minus(initial);
    for (String name : initial.names()) {
      float[] expected = difference(golden.floats("trained/" + name), initial.values(name));
      double error =
          assertCloseInNorm("change of " + name, moved.values(name), expected, CHANGE_TOLERANCE);
      REPORT.add(family, "change after three AdamW steps", error, CHANGE_TOLERANCE);
    }
  }

  /** After one step of SGD with momentum, its buffer is the gradient, bit for bit. */
  private static void gradientsAreThoseOfPeft(String family, Pass pass) {
    GoldenTensors golden = golden(family);
    NamedTensors initial = FixtureModels.adapter(family);
    FineTuneResult result =
        train(family, golden, initial, pass.config(new OptimizerConfig.Sgd(0.9, 0), 1e-2, 1));
    NamedTensors gradients = result.optimizerState().moments().get("momentum_buffer");
    assertThat(gradients.names()).isEqualTo(golden.namesUnder("gradient/"));
    for (String name : gradients.names()) {
      double error =
          assertCloseInNorm(
              "%s gradient of %s".formatted(pass, name),
              gradients.values(name),
              golden.floats("gradient/" + name),
              GRADIENT_TOLERANCE);
      REPORT.add(family, "LoRA gradient, " + pass.label, error, GRADIENT_TOLERANCE);
    }
    float[] sums = golden.floats("adapted_loss_sum");
    float[] expected = {(sums[0] + sums[1] + sums[2]) / result.trainedTokens()};
    double error =
        assertCloseInNorm(
            "loss", new float[] {(float) result.lastLoss()}, expected, LOSS_TOLERANCE);
    REPORT.add(family, "mean loss with the adapter", error, LOSS_TOLERANCE);
  }

  private static FineTuneResult train(
      String family, GoldenTensors golden, NamedTensors initial, FineTuneConfig config) {
    LoraConfig lora = new LoraConfig(4, 8, 0, MODULES.getOrDefault(family, ATTENTION_AND_MLP));
    try (DecoderModel model = FixtureModels.load(family)) {
      return FineTuner.train(model, lora, initial, trainable(golden), config, LocalRun.ofSeed(1));
    }
  }

  /** The first example is a single token: nothing of it is trained, so a fine-tune refuses it. */
  private static List<TokenizedExample> trainable(GoldenTensors golden) {
    return Stream.of(1, 2)
        .map(
            i ->
                new TokenizedExample(
                    "example " + i, golden.ints("input_ids." + i), golden.ints("labels." + i)))
        .toList();
  }

  private static float[] difference(float[] a, float[] b) {
    float[] result = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] - b[i];
    }
    return result;
  }

  private static GoldenTensors golden(String family) {
    return GoldenTensors.read(FixtureModels.folder(family).resolve("expected.safetensors"));
  }
}
