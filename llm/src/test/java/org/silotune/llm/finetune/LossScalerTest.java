package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.ComputeType;

final class LossScalerTest {

  @Test
  void theScaleDoublesAfterAsManyGoodStepsInARowAndHalvesAtEachBadOne() {
    LossScaler scaler = LossScaler.of(ComputeType.FLOAT16, new LossScaling(8, 3));
    scaler.made();
    scaler.made();
    assertThat(scaler.scale()).isEqualTo(8);
    scaler.made();
    assertThat(scaler.scale()).isEqualTo(16);
    scaler.made();
    scaler.made();
    assertThat(scaler.halve()).isTrue();
    assertThat(scaler.scale()).isEqualTo(8);
    scaler.made();
    scaler.made();
    assertThat(scaler.scale()).as("counted from the bad step on").isEqualTo(8);
    scaler.made();
    assertThat(scaler.scale()).isEqualTo(16);
    assertThat(scaler.repeats()).isEqualTo(1);
  }

  @Test
  void aGradientThatIsNotFiniteAtScaleOneIsNotTheScalesFault() {
    LossScaler scaler = LossScaler.of(ComputeType.FLOAT16, new LossScaling(4, 1000));
    assertThat(scaler.halve()).isTrue();
    assertThat(scaler.halve()).isTrue();
    assertThat(scaler.scale()).isEqualTo(1);
    assertThat(scaler.halve()).isFalse();
    assertThat(scaler.repeats()).isEqualTo(2);
  }

  /** Scaling by such a number and back again is exact. */
  @Test
  void theScaleStaysAPowerOfTwoInItsRangeWhateverHappens() {
    Random random = new Random(5);
    for (int run = 0; run < 50; run++) {
      LossScaler scaler =
          LossScaler.of(ComputeType.FLOAT16, new LossScaling(0x1p16, 1 + random.nextInt(3)));
      int bad = random.nextInt(100);
      for (int step = 0; step < 200; step++) {
        double before = scaler.scale();
        if (random.nextInt(100) < bad) {
          assertThat(scaler.halve()).isEqualTo(before > 1);
        } else {
          scaler.made();
          assertThat(scaler.scale()).isIn(before, 2 * before);
        }
        assertThat(scaler.scale()).isBetween(1.0, LossScaling.LARGEST);
        assertThat(scaler.scale()).isEqualTo(Math.scalb(1.0, Math.getExponent(scaler.scale())));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = ComputeType.class, names = "FLOAT16", mode = EnumSource.Mode.EXCLUDE)
  void withoutFloat16NothingIsScaledOrRepeated(ComputeType compute) {
    LossScaler scaler = LossScaler.of(compute, new LossScaling(0x1p16, 1));
    scaler.made();
    assertThat(scaler.halve()).isFalse();
    assertThat(scaler.scale()).isEqualTo(1);
    assertThat(scaler.repeats()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, -2, 1000, 0x1p25, Double.NaN, Double.POSITIVE_INFINITY})
  void aScaleThatIsNoPowerOfTwoInTheRangeIsRefused(double initial) {
    assertThatThrownBy(() -> new LossScaling(initial, 1))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Invalid loss scale %s: must be a power of two from 1 to 16777216".formatted(initial));
  }

  @Test
  void aScaleThatNothingReadsIsRefused() {
    LossScaling.defaults().requireFits(ComputeType.BFLOAT16);
    new LossScaling(2, 5).requireFits(ComputeType.FLOAT16);
    assertThatThrownBy(() -> new LossScaling(2, 5).requireFits(ComputeType.BFLOAT16))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Invalid loss scale: losses are scaled where precision.compute is float16 alone, and it is bfloat16; leave local.loss-scale out");
  }

  @Test
  void anIntervalWithoutAStepIsRefused() {
    assertThatThrownBy(() -> new LossScaling(2, 0))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid growth interval 0 of the loss scale: must be >= 1");
  }
}
