package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class GenerateBenchTest {

  /** {@code benchmarks/peft/generate.py} makes the same ids. */
  @Test
  void promptsAreThoseOfTheTwin() {
    assertThat(GenerateBench.prompt(0, 3, 49152)).containsExactly(0, 6425, 12850);
    assertThat(GenerateBench.prompt(15, 2, 49152)).containsExactly(20481, 26906);
  }

  @Test
  void aBatchIsDealtEvenly() {
    assertThat(new GenerateBenchConfig(16, 140, 64, 2, 1, 5, 1).batch()).isEqualTo(16);
    assertThatThrownBy(() -> new GenerateBenchConfig(15, 140, 64, 2, 1, 5, 1))
        .hasMessage("Invalid batch: 15 is not a multiple of the 2 workers");
    assertThatThrownBy(() -> new GenerateBenchConfig(16, 140, 0, 2, 1, 5, 1))
        .hasMessage("Invalid new tokens: 0, must be >= 1");
  }
}
