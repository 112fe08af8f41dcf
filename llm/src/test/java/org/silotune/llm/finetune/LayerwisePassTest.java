package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

final class LayerwisePassTest {

  private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj"));

  @TempDir private static Path cache;

  /** A loss that keeps its graph keeps the head's input and gradient, as large as a layer's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesNothingButTheLossesOfItsChunks(boolean recompute) {
    try (DecoderModel model = FixtureModels.load("llama", cache, ModelOptions.float32());
        ComputeThread thread = ComputeThread.enter(1);
        NativeScope task = model.openTask(thread);
        TrainableParameters parameters = new TrainableParameters(task, LORA.initialise(model, 1));
        BoundAdapter adapter = LORA.bind(model, parameters::leaf)) {
      TokenBatch batch = TokenBatch.pack(FixtureExamples.draw(3, 5), 10_000).get(0);
      int held = task.heldCount();
      List<NativeTensor> losses =
          new LayerwisePass(thread, model.forward(adapter), 4, /* trainsBase= */ false)
              .run(task, batch, 1, recompute);

      assertThat(losses).hasSize((batch.trainedTokens() + 3) / 4).hasSizeGreaterThan(1);
      assertThat(task.heldCount()).isEqualTo(held + losses.size());
      try (NativeTensor seed = task.scalar(1)) {
        for (NativeTensor loss : losses) {
          assertThat(loss.toDoubles()[0]).isFinite().isPositive();
          assertThatThrownBy(() -> loss.backward(seed))
              .hasMessageContaining("does not require grad");
        }
      }
    }
  }
}
