package org.silotune.fed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.llm.tensor.NamedTensors;

final class ServerOptimizerTest {

  @Test
  void averagingAddsTheMeanAndLeavesTheOldStateAlone() {
    ServerState before = new FedAvg(1).initialize(tensors(1f, 2f, -3f));
    ServerState after = new FedAvg(1).step(before, MeanDelta.of(0.5, -0.25, 1));

    assertThat(after.adapter().values("a")).containsExactly(1.5f, 1.75f);
    assertThat(after.adapter().values("b")).containsExactly(-2f);
    assertThat(before.adapter().values("a")).containsExactly(1f, 2f);
    assertThat(after.moments()).isEmpty();
  }

  @Test
  void averagingScalesTheMeanByTheServerLearningRate() {
    ServerState state = new FedAvg(0.5).initialize(tensors(0f, 0f, 0f));

    assertThat(new FedAvg(0.5).step(state, MeanDelta.of(1, 2, 4)).adapter().values("b"))
        .containsExactly(2f);
  }

  /** Values by {@code src/test/python/fed_adam.py}. */
  @Test
  void adamIsAlgorithmTwoOfReddiEtAl() {
    FedAdam adam = new FedAdam(0.1, 0.9, 0.99, 1e-3);
    ServerState state = adam.initialize(tensors(1f, -0.5f, 0.25f));
    state = adam.step(state, MeanDelta.of(0.01, -0.02, 0));
    state = adam.step(state, MeanDelta.of(0.03, 0.01, 1e-6));
    state = adam.step(state, MeanDelta.of(-0.02, 0.005, -1e-3));

    close(state.adapter().values("a"), 1.1630275, -0.59144974);
    close(state.adapter().values("b"), 0.24498469);
    close(state.moments().get("m").values("a"), 1.5100001e-3, -2.2000009e-4);
    close(state.moments().get("v").values("b"), 9.80298978e-07);
  }

  @Test
  void adamStartsAtTheSmallestSecondMomentThatThePaperAllows() {
    ServerState state = new FedAdam(0.1, 0.9, 0.99, 0.01).initialize(tensors(1f, 2f, 3f));

    assertThat(state.moments().get("m").values("a")).containsExactly(0f, 0f);
    assertThat(state.moments().get("v").values("a")).containsExactly(1e-4f, 1e-4f);
  }

  @Test
  void settingsOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new FedAvg(0))
        .isInstanceOf(FederationException.class)
        .hasMessage("Invalid server learning rate 0.0: must be finite and above 0");
    assertThatThrownBy(() -> new FedAdam(0.1, 1, 0.99, 1e-3))
        .hasMessage("Invalid FedAdam beta1 1.0: must be in [0, 1)");
    assertThatThrownBy(() -> new FedAdam(0.1, 0.9, 0.99, 0))
        .hasMessage("Invalid FedAdam tau 0.0: must be finite and above 0");
  }

  private static void close(float[] actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-7 * Math.abs(expected[i])));
    }
  }

  private static NamedTensors tensors(float a0, float a1, float b0) {
    return NamedTensors.builder()
        .put("b", new long[] {1}, new float[] {b0})
        .put("a", new long[] {2}, new float[] {a0, a1})
        .build();
  }
}
