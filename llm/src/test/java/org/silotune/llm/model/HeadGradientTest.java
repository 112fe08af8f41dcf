package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.ComputeThread.Recording;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.tokenizer.TokenizedExample;

/** The head's gradient by its formula against autograd's, through the norm before the head. */
final class HeadGradientTest {

  private static final double WEIGHT = 0.37;

  private static final String FLOATS =
      """
        def floats(self, x: Tensor) -> Tensor:
          return torch.to(x, 6)
      """;

  @TempDir private static Path cache;

  @ParameterizedTest
  @CsvSource({
    "llama, FLOAT32, FLOAT32, 1e-6",
    "gpt2, FLOAT32, FLOAT32, 1e-6",
    "gemma3, INT8, FLOAT32, 1e-6",
    "qwen3, FLOAT32, BFLOAT16, 1e-2",
    "llama, FLOAT32, FLOAT16, 2e-3",
    "llama, NF4, BFLOAT16, 1e-2"
  })
  void isAutogradsGradient(String family, BaseFormat base, ComputeType compute, double tolerance) {
    ModelOptions options = new ModelOptions(base, compute);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family, cache, options);
        NativeScope scope = model.openTask(thread)) {
      Forward forward = model.forward(BoundAdapter.none());
      int[] tokens = {5, 9, 2, 17, 3, 11, 8};
      TokenBatch batch = TokenBatch.of(List.of(new TokenizedExample("a", tokens, tokens)));
      NativeTensor states = forward.run(scope, forward.input(scope, batch));
      int to = batch.trainedTokens();

      thread.record(Recording.ON);
      NativeTensor leaf = forward.leaf(scope, states);
      NativeTensor loss = forward.headLoss(scope, leaf, batch, 1, to);
      loss.backward(scope.scalar(WEIGHT));
      NativeTensor other = forward.leaf(scope, states);
      Forward.HeadGradient head = forward.headGradient(scope, other, batch, 1, to, WEIGHT);
      head.states().backward(head.gradient());
      thread.record(Recording.OFF);

      assertThat(head.loss().toDoubles()).isEqualTo(loss.toDoubles());
      float[] expected = floats(scope, leaf);
      float[] actual = floats(scope, other);
      double scale = 0;
      for (float value : expected) {
        scale = Math.max(scale, Math.abs(value));
      }
      assertThat(scale).isPositive();
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i])
            .as("coordinate %d", i)
            .isBetween(expected[i] - tolerance * scale, expected[i] + tolerance * scale);
      }
    }
  }

  private static float[] floats(NativeScope scope, NativeTensor leaf) {
    try (ScriptModule script = ScriptModule.compile(scope, FLOATS);
        NativeTensor gradient = leaf.gradient()) {
      return script.call("floats").tensor(gradient).toTensor(scope).toFloats();
    }
  }
}
