package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GenerationConfigTest {

  @Test
  void greedyHasNoStopStrings() {
    assertThat(GenerationConfig.greedy(64))
        .isEqualTo(new GenerationConfig(new GreedySampler(), 64, List.of()));
  }

  @Test
  void fieldsAreReplacedOneByOne() {
    Sampler sampler = Sampler.random(0.7, 3);
    assertThat(GenerationConfig.greedy(8).withSampler(sampler).withStopStrings(List.of("\n")))
        .isEqualTo(new GenerationConfig(sampler, 8, List.of("\n")));
  }

  @Test
  void stopStringsAreCopied() {
    List<String> stops = new ArrayList<>(List.of("a"));
    GenerationConfig config = GenerationConfig.greedy(1).withStopStrings(stops);
    stops.add("b");
    assertThat(config.stopStrings()).containsExactly("a");
  }

  @Test
  void fewerThanOneNewTokenIsRefused() {
    assertThatThrownBy(() -> GenerationConfig.greedy(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid max new tokens 0: must be >= 1");
  }

  @Test
  void anEmptyStopStringIsRefused() {
    assertThatThrownBy(() -> GenerationConfig.greedy(1).withStopStrings(List.of("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid stop string \"\": it is empty and would end every answer at once");
  }
}
