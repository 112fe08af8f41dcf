package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.TensorDevice;

final class DrawnModelTest {

  private static final int VOCABULARY = 1500;
  private static final String CONFIG =
      """
      {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": %d,
       "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
       "hidden_act": "silu", "tie_word_embeddings": true}
      """
          .formatted(VOCABULARY);

  /** Weights that tell nothing apart leave every token about as likely as another. */
  @ParameterizedTest
  @EnumSource(ComputeType.class)
  void aModelThatIsMadeUpKnowsNothingAndIsTheSameEachTime(ComputeType compute)
      throws JsonProcessingException {
    float[] logits = logits(compute);
    double sum = 0;
    double squares = 0;
    for (float logit : logits) {
      sum += logit;
      squares += (double) logit * logit;
    }
    double mean = sum / logits.length;
    double deviation = Math.sqrt(squares / logits.length - mean * mean);
    assertThat(mean).isCloseTo(0, within(0.05));
    assertThat(deviation).as("0.02 x sqrt(64), of normed states").isCloseTo(0.16, within(0.03));
    assertThat(logits(compute)).isEqualTo(logits);
  }

  private static float[] logits(ComputeType compute) throws JsonProcessingException {
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model =
            DrawnModel.of(
                "drawn", new ObjectMapper().readTree(CONFIG), compute, TensorDevice.processor());
        NativeScope scope = model.openTask(thread)) {
      Forward forward = model.forward(BoundAdapter.none());
      TokenBatch batch = TokenBatch.ofSequences(List.of(new int[] {3, 1400, 77, 5}));
      NativeTensor x = forward.run(scope, forward.input(scope, batch));
      return forward.logits(scope, x, 0, 1, 2, 3).toFloats();
    }
  }
}
