package org.silotune.fed.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tensor.NamedTensors;

final class DeltaClipTest {

  @Test
  void aLongDeltaIsScaledToTheClipNorm() {
    DeltaClip.Clipped clipped = DeltaClip.clip(tensors(6, 8), OptionalDouble.of(5));

    assertThat(clipped.norm()).isEqualTo(10);
    assertThat(clipped.clipped()).isTrue();
    assertThat(clipped.delta().values("t")).containsExactly(3, 4);
  }

  @Test
  void aShortDeltaAndAnUnclippedOneStayAsTheyAre() {
    NamedTensors delta = tensors(3, 4);

    assertThat(DeltaClip.clip(delta, OptionalDouble.of(5)).delta()).isSameAs(delta);
    assertThat(DeltaClip.clip(delta, OptionalDouble.empty()).clipped()).isFalse();
  }

  @Test
  void noRoundingLeavesTheNormAboveTheBound() {
    SplittableRandom random = new SplittableRandom(99);
    for (int i = 0; i < 500; i++) {
      float[] values = new float[1 + random.nextInt(40)];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) (random.nextDouble() * 100 - 50);
      }
      double bound = random.nextDouble() * 2 + 1e-3;
      DeltaClip.Clipped clipped = DeltaClip.clip(tensors(values), OptionalDouble.of(bound));
      assertThat(DeltaClip.norm(clipped.delta())).isLessThanOrEqualTo(bound);
      if (clipped.clipped()) {
        assertThat(DeltaClip.norm(clipped.delta())).isGreaterThan(bound * (1 - 1e-6));
      }
    }
  }

  @Test
  void aDeltaThatIsNotFinitePassesThroughToBeRefusedWithItsReason() {
    NamedTensors delta = tensors(1, Float.NaN);

    assertThat(DeltaClip.clip(delta, OptionalDouble.of(0.5)).delta()).isSameAs(delta);
    NamedTensors infinite = tensors(1, Float.POSITIVE_INFINITY);
    assertThat(DeltaClip.clip(infinite, OptionalDouble.of(0.5)).delta()).isSameAs(infinite);
  }

  private static NamedTensors tensors(float... values) {
    return NamedTensors.builder().put("t", new long[] {values.length}, values).build();
  }
}
