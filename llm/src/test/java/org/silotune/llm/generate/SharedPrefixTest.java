package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.script.ComputeThread;

final class SharedPrefixTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "gemma3", "gpt2"})
  void promptsThatShareAPrefixAreAnsweredAsIfEachWereAlone(String family) {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int[] ids = new int[33 + i % 3];
      Arrays.setAll(ids, t -> (t * 37 + 11) % 120);
      ids[31] = 20 + i;
      prompts.add(ids);
    }
    assertThat(SharedPrefix.lengthOf(Prompt.numbered(prompts))).isEqualTo(31);
    GenerationConfig config = GenerationConfig.greedy(20);
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      TextGenerator generator = new TextGenerator(model, new ByteTokenizer(128));
      int held = model.heldCount();
      List<Generation> together = generator.generate(thread, Prompt.numbered(prompts), config);
      assertThat(model.heldCount()).isEqualTo(held);
      for (int i = 0; i < prompts.size(); i++) {
        List<Prompt> alone = List.of(new Prompt(i, prompts.get(i)));
        assertThat(together.get(i).ids())
            .isEqualTo(generator.generate(thread, alone, config).get(0).ids());
      }
    }
  }

  @Test
  void aPromptKeepsAtLeastOneTokenOfItsOwn() {
    assertThat(length(new int[] {1, 2, 3}, new int[] {1, 2, 3})).isEqualTo(2);
    assertThat(length(new int[] {1, 2, 3}, new int[] {1, 2})).isEqualTo(1);
    assertThat(length(new int[] {1, 2}, new int[] {1, 2, 3})).isEqualTo(1);
    assertThat(length(new int[] {1, 2}, new int[] {3})).isZero();
    assertThat(length(new int[] {1})).isZero();
    assertThat(SharedPrefix.lengthOf(List.of())).isZero();
  }

  private static int length(int[]... prompts) {
    return SharedPrefix.lengthOf(Prompt.numbered(List.of(prompts)));
  }
}
