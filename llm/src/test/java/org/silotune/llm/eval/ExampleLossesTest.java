package org.silotune.llm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.model.InvalidExamplesException;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Against the losses of transformers that {@code model_golden.py} wrote. */
final class ExampleLossesTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2"})
  void everyExampleHasTheLossOfTheReferenceWhateverIsBesideIt(String family) {
    GoldenTensors golden =
        GoldenTensors.read(Golden.path("models/" + family + "/expected.safetensors"));
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      examples.add(
          new TokenizedExample("e" + i, golden.ints("input_ids." + i), golden.ints("labels." + i)));
    }
    float[] expected = golden.floats("loss_sum");
    int[] tokens = golden.ints("trained_tokens");
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      int held = model.heldCount();
      for (ExampleLosses losses :
          List.of(ExampleLosses.defaults(), new ExampleLosses(10, 3), new ExampleLosses(1, 1))) {
        List<LossSum> sums = losses.evaluate(thread, model, BoundAdapter.none(), examples);
        for (int i = 0; i < 3; i++) {
          assertThat(sums.get(i).lossSum()).isCloseTo(expected[i], within(1e-3));
          assertThat(sums.get(i).trainedTokens()).isEqualTo(tokens[i]);
        }
      }
      assertThat(model.heldCount()).isEqualTo(held);
      TokenizedExample unknown =
          new TokenizedExample("x", new int[] {1, 1 << 20}, new int[] {-100, 1});
      assertThatThrownBy(
              () ->
                  ExampleLosses.defaults()
                      .evaluate(thread, model, BoundAdapter.none(), List.of(unknown)))
          .isInstanceOf(InvalidExamplesException.class)
          .hasMessageStartingWith("Invalid example x: token 1048576 at position 1");
    }
  }
}
