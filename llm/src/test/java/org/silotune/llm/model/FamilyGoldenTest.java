package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.testing.TensorAssertions.assertClose;
import static org.silotune.llm.testing.TensorAssertions.assertCloseToScale;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.testing.GoldenReport;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Every family against transformers in float32. Llama 3 stretches its RoPE, mistral is sharded,
 * qwen2 stored in F16, gemma3 in BF16; their windows are shorter than the longest example.
 */
final class FamilyGoldenTest {

  private static final double LOGIT_TOLERANCE = 1e-4;
  private static final double LOSS_TOLERANCE = 1e-5;
  private static final int EXAMPLES = 3;
  private static final int GREEDY_TOKENS = 24;

  private static final GoldenReport REPORT = GoldenReport.of(FamilyGoldenTest.class);

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2");
  }

  @ParameterizedTest
  @MethodSource("families")
  void anExampleAloneHasTheReferenceLogits(String family) {
    GoldenTensors golden = golden(family);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread)) {
      for (int i = 0; i < EXAMPLES; i++) {
        float[] actual = logits(model, scope, List.of(golden.ints("input_ids." + i)));
        double error =
            assertCloseToScale(
                "logits." + i, actual, golden.floats("logits." + i), LOGIT_TOLERANCE);
        REPORT.add(family, "logits, one example a batch", error, LOGIT_TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void concatenatedExamplesHaveTheReferenceLogits(String family) {
    GoldenTensors golden = golden(family);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread)) {
      List<int[]> sequences =
          IntStream.range(0, EXAMPLES).mapToObj(i -> golden.ints("input_ids." + i)).toList();
      double error =
          assertCloseToScale(
              "logits", logits(model, scope, sequences), allLogits(golden), LOGIT_TOLERANCE);
      REPORT.add(family, "logits, examples concatenated", error, LOGIT_TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "mistral", "gemma3"})
  void aConfigurationInTheOlderFormMeansTheSame(String family) {
    GoldenTensors golden = golden(family);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family, "config-hub.json");
        DecoderModel newer = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread)) {
      assertThat(model.config()).isEqualTo(newer.config());
      float[] actual = logits(model, scope, List.of(golden.ints("input_ids.2")));
      assertCloseToScale("logits.2", actual, golden.floats("logits.2"), LOGIT_TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void theLossIsTheReferenceSumOverTrainedTokens(String family) {
    GoldenTensors golden = golden(family);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread)) {
      for (int i = 0; i < EXAMPLES; i++) {
        TokenBatch batch = TokenBatch.of(List.of(example(golden, i)));
        assertThat(batch.trainedTokens()).isEqualTo(golden.ints("trained_tokens")[i]);
        Forward forward = model.forward(BoundAdapter.none());
        NativeTensor x = forward.run(scope, forward.input(scope, batch));
        double loss = forward.headLoss(scope, x, batch, 0, batch.trainedTokens()).toDoubles()[0];
        float[] expected = {golden.floats("loss_sum")[i]};
        double tolerance = LOSS_TOLERANCE * Math.max(1, expected[0]);
        double error = assertClose("loss of " + i, new float[] {(float) loss}, expected, tolerance);
        REPORT.add(family, "loss sum", error / Math.max(1, expected[0]), LOSS_TOLERANCE);
      }
    }
  }

  /** The prompts have 3, 8 and 17 tokens, the windows 6 and 8. */
  @ParameterizedTest
  @MethodSource("families")
  void greedyContinuationsAreThoseOfTheReference(String family) {
    try (DecoderModel model = FixtureModels.load(family)) {
      int compared = GreedyGolden.compare(model, golden(family), EXAMPLES, GREEDY_TOKENS);
      assertThat(compared).isGreaterThan(2 * GREEDY_TOKENS);
      REPORT.add(family, "greedy tokens that differ, of %d compared".formatted(compared), 0, 0);
    }
  }

  /** Returns the logits of all tokens, (N, V). */
  private static float[] logits(DecoderModel model, NativeScope scope, List<int[]> sequences) {
    TokenBatch batch = TokenBatch.ofSequences(sequences);
    Forward forward = model.forward(BoundAdapter.none());
    NativeTensor x = forward.run(scope, forward.input(scope, batch));
    long[] rows = LongStream.range(0, batch.tokenCount()).toArray();
    return forward.logits(scope, x, rows).toFloats();
  }

  private static float[] allLogits(GoldenTensors golden) {
    List<float[]> parts = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      parts.add(golden.floats("logits." + i));
    }
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static TokenizedExample example(GoldenTensors golden, int i) {
    return new TokenizedExample(
        "example " + i, golden.ints("input_ids." + i), golden.ints("labels." + i));
  }

  private static GoldenTensors golden(String family) {
    return GoldenTensors.read(FixtureModels.folder(family).resolve("expected.safetensors"));
  }
}
