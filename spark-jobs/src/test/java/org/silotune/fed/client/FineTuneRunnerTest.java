package org.silotune.fed.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.LearningRateSchedule;
import org.silotune.llm.finetune.LearningRateSchedule.Shape;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;

final class FineTuneRunnerTest {

  private static final FineTuneConfig STEPS =
      FineTuneConfig.defaults().withLength(new TrainingLength.Steps(4));
  private static final FineTuneConfig EPOCHS =
      FineTuneConfig.defaults().withLength(new TrainingLength.Epochs(2)).withBatchSize(8);

  @Test
  void aRoundOfARunBeginsWhereTheRoundBeforeEnded() {
    assertThat(FineTuneRunner.span(STEPS, 100, 1, 3)).isEqualTo(new LocalRun.ScheduleSpan(0, 12));
    assertThat(FineTuneRunner.span(STEPS, 100, 3, 3)).isEqualTo(new LocalRun.ScheduleSpan(8, 12));
    // 20 examples are 3 steps a pass, the last one short
    assertThat(FineTuneRunner.span(EPOCHS, 20, 2, 5)).isEqualTo(new LocalRun.ScheduleSpan(6, 30));
  }

  @Test
  void stepsOfAllRoundsGoThroughTheScheduleOnceInOrder() {
    var schedule = new LearningRateSchedule(Shape.COSINE, 2);
    for (int round = 1; round <= 3; round++) {
      var span = FineTuneRunner.span(STEPS, 100, round, 3);
      for (int step = 1; step <= 4; step++) {
        assertThat(schedule.factor(span.stepsBefore() + step, span.totalSteps()))
            .isEqualTo(schedule.factor(4L * (round - 1) + step, 12));
      }
    }
  }
}
