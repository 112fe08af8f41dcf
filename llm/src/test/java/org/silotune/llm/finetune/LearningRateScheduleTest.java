package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.silotune.llm.finetune.LearningRateSchedule.Shape;

final class LearningRateScheduleTest {

  @Test
  void theRateRisesLinearlyAndNeverStartsAtZero() {
    assertThat(factors(new LearningRateSchedule(Shape.CONSTANT, 4), 6))
        .containsExactly(0.25, 0.5, 0.75, 1, 1, 1);
  }

  @Test
  void linearFallsToZeroAfterTheLastStep() {
    assertThat(factors(new LearningRateSchedule(Shape.LINEAR, 2), 6))
        .containsExactly(0.5, 1, 1, 0.75, 0.5, 0.25);
  }

  /**
   * 0.5 (1 + cos(pi s / T)) for s = 0 to 3 and T = 4, as get_cosine_schedule_with_warmup has it.
   */
  @Test
  void cosineFollowsHalfAWave() {
    double[] factors = factors(new LearningRateSchedule(Shape.COSINE, 0), 4);
    double[] expected = {1, 0.8535533905932737, 0.5, 0.14644660940672627};
    for (int i = 0; i < 4; i++) {
      assertThat(factors[i]).isCloseTo(expected[i], within(1e-15));
    }
  }

  @Test
  void stepsBeyondTheLastKeepItsRate() {
    LearningRateSchedule linear = new LearningRateSchedule(Shape.LINEAR, 0);
    assertThat(linear.factor(9, 4)).isEqualTo(linear.factor(4, 4)).isEqualTo(0.25);
  }

  @Test
  void aNegativeWarmUpIsRefused() {
    assertThatThrownBy(() -> new LearningRateSchedule(Shape.LINEAR, -1))
        .hasMessage("Invalid warm-up steps -1: must be >= 0");
  }

  private static double[] factors(LearningRateSchedule schedule, long total) {
    return LongStream.rangeClosed(1, total).mapToDouble(s -> schedule.factor(s, total)).toArray();
  }
}
