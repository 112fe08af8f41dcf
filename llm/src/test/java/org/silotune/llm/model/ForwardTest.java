package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

final class ForwardTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3", "gpt2"})
  void concatenatedExamplesHaveTheReferenceLogits(String family) {
    try (SafetensorsFile expected =
            SafetensorsFile.open(FixtureModels.folder(family).resolve("expected.safetensors"));
        ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family);
        NativeScope scope = model.openTask(thread)) {
      List<int[]> sequences = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sequences.add(FixtureModels.ids(expected, "input_ids." + i));
      }
      TokenBatch batch = TokenBatch.ofSequences(sequences);
      Forward forward = model.forward(BoundAdapter.none());
      NativeTensor x = forward.run(scope, forward.input(scope, batch));
      long row = 0;
      for (int i = 0; i < 3; i++) {
        float[] reference = expected.floats("logits." + i);
        long[] rows = new long[sequences.get(i).length];
        for (int t = 0; t < rows.length; t++) {
          rows[t] = row++;
        }
        assertClose(forward.logits(scope, x, rows).toFloats(), reference);
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 1;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isFinite();
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
    }
    assertThat(worst).isLessThanOrEqualTo(1e-4 * largest);
  }
}
