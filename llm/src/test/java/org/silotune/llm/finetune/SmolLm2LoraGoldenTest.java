package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.testing.TensorAssertions.assertCloseInNorm;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.testing.RealModels;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * LoRA on the attention of SmolLM2 135M Instruct against PEFT: a batch of four word problems, the
 * loss, the gradients and three AdamW steps of three layers, and the norms of all 240 gradients.
 */
@Tag("real-model")
final class SmolLm2LoraGoldenTest {

  private static final String MODEL = "smollm2-135m-instruct";
  private static final double LOSS_TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 5e-4;
  private static final double CHANGE_TOLERANCE = 5e-3;

  private static final GoldenReport REPORT = GoldenReport.of(SmolLm2LoraGoldenTest.class);

  private final GoldenTensors golden =
      GoldenTensors.read(Golden.path("real/" + MODEL + ".safetensors"));

  @Test
  void gradientsAreThoseOfPeft() {
    try (DecoderModel model = RealModels.load(MODEL)) {
      NamedTensors initial = drawLora(model);
      FineTuneResult result = train(model, initial, new OptimizerConfig.Sgd(0.9, 0), 1);
      NamedTensors gradients = result.optimizerState().moments().get("momentum_buffer");
      Set<String> stored = golden.namesUnder("gradient/");
      assertThat(stored).hasSize(24);
      for (String name : stored) {
        float[] expected = golden.floats("gradient/" + name);
        double error =
            assertCloseInNorm(name, gradients.values(name), expected, GRADIENT_TOLERANCE);
        REPORT.add(MODEL, "LoRA gradient, layers 0, 14 and 29", error, GRADIENT_TOLERANCE);
      }
      assertNorms(gradients);
      float[] loss = {(float) (result.lastLoss() * result.trainedTokens())};
      double error = assertCloseInNorm("loss", loss, golden.floats("loss_sum"), LOSS_TOLERANCE);
      REPORT.add(MODEL, "loss sum with the adapter", error, LOSS_TOLERANCE);
    }
  }

  @Test
  void threeStepsOfAdamWMoveTheAdapterAsInTorch() {
    try (DecoderModel model = RealModels.load(MODEL)) {
      NamedTensors initial = drawLora(model);
      OptimizerConfig adamW = OptimizerConfig.AdamW.defaults().withWeightDecay(0.01);
      NamedTensors moved = train(model, initial, adamW, 3).parameters().minus(initial);
      Set<String> stored = golden.namesUnder("trained/");
      assertThat(stored).hasSize(24);
      for (String name : stored) {
        float[] expected = golden.floats("trained/" + name);
        float[] start = initial.values(name);
        for (int i = 0; i < expected.length; i++) {
          expected[i] -= start[i];
        }
        double error = assertCloseInNorm(name, moved.values(name), expected, CHANGE_TOLERANCE);
        REPORT.add(MODEL, "change after three AdamW steps", error, CHANGE_TOLERANCE);
      }
    }
  }

  private void assertNorms(NamedTensors gradients) {
    float[] expected = golden.floats("gradient_norms");
    assertThat(gradients.names()).hasSize(expected.length);
    int i = 0;
    for (String name : gradients.names()) {
      double square = 0;
      for (float g : gradients.values(name)) {
        square += (double) g * g;
      }
      float[] norm = {(float) Math.sqrt(square)};
      double error =
          assertCloseInNorm(
              "norm of " + name, norm, new float[] {expected[i++]}, GRADIENT_TOLERANCE);
      REPORT.add(MODEL, "norm of every LoRA gradient", error, GRADIENT_TOLERANCE);
    }
  }

  private FineTuneResult train(
      DecoderModel model, NamedTensors initial, OptimizerConfig optimizer, int steps) {
    FineTuneConfig config =
        FineTuneConfig.defaults()
            .withOptimizer(optimizer)
            .withLearningRate(1e-3)
            .withLength(new TrainingLength.Steps(steps))
            .withBatchSize(4)
            .withClipNorm(OptionalDouble.empty());
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      examples.add(
          new TokenizedExample(
              "example " + i, golden.ints("input_ids." + i), golden.ints("labels." + i)));
    }
    return FineTuner.train(
        model, LoraConfig.defaults(), initial, examples, config, LocalRun.ofSeed(1));
  }

  /** Draws the adapter by the formula of {@code draw_lora} in real_model_golden.py. */
  private static NamedTensors drawLora(DecoderModel model) {
    NamedTensors drawn = LoraConfig.defaults().initialise(model, 0);
    long tensor = 0;
    for (String name : drawn.names()) {
      float[] values = drawn.values(name);
      int scale = name.contains("lora_A") ? 16 : 64;
      for (int e = 0; e < values.length; e++) {
        double u = (mix((tensor << 32) + e) >>> 40) * 0x1p-23 - 1;
        values[e] = (float) (u / scale);
      }
      tensor++;
    }
    return drawn;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
