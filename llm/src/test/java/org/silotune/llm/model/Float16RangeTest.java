package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.testing.RealModels;

/** Which published models' hidden states, in float32, float16 could hold. */
@Tag("real-model")
final class Float16RangeTest {

  private static final float LARGEST = 65504;

  @ParameterizedTest
  @CsvSource({"gemma3-270m, false", "smollm2-135m-instruct, true"})
  void statesAreBelowTheLargestValueWhereTheFamilySaysSo(String name, boolean fits) {
    float largest = 0;
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = RealModels.load(name);
        NativeScope scope = model.openTask(thread)) {
      Forward forward = model.forward(BoundAdapter.none());
      int[] ids = new int[64];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (i * 7919 + 2) % model.config().vocabularySize();
      }
      Forward.Input input = forward.input(scope, TokenBatch.ofSequences(List.of(ids)));
      NativeTensor x = forward.embed(scope, input);
      for (int layer = 0; layer < forward.layerCount(); layer++) {
        x = forward.layer(scope, layer, x, List.of(), input);
        for (float value : x.toFloats()) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
    }
    assertThat(largest <= LARGEST).as("%s: %s", name, largest).isEqualTo(fits);
  }
}
