package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.finetune.StepReport;

final class TrainerBenchTest {

  @Test
  void aMedianIsTheMiddleWhateverTheOrder() {
    assertThat(Median.of(3, 1, 100)).isEqualTo(3);
    assertThat(Median.of(4, 1, 2, 100)).isEqualTo(3);
    assertThatThrownBy(() -> Median.of()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stepsOfTheWarmUpAreNotCounted() {
    StepTimes times = new StepTimes(1);
    times.onStep(report(1, 1000));
    times.onStep(report(2, 10));
    times.onStep(report(3, 10));
    assertThat(times.seconds()).hasSize(2);
    assertThat(times.tokensPerSecond() / times.examplesPerSecond()).isCloseTo(5, within(1e-9));
    assertThat(times.trainedTokensPerSecond() / times.tokensPerSecond())
        .isCloseTo(0.5, within(1e-9));
  }

  @Test
  void everyCoreCountHasDefaultsThatDoNotExceedIt() {
    for (int cores = 1; cores <= 200; cores++) {
      BenchDefaults defaults = BenchDefaults.of(cores);
      assertThat(defaults.tasks() * defaults.workers() * defaults.threads()).isBetween(1, cores);
    }
    assertThat(new BenchDefaults(1, 2, 1).tokenBudget(4, 256)).isEqualTo(512);
    assertThat(new BenchDefaults(1, 2, 1).tokenBudget(4, 1024)).isEqualTo(1024);
  }

  @Test
  void thePeakOfThisProcessIsKnown() {
    assertThat(ProcessMemory.peakResidentBytes()).isBetween(10_000_000L, 1L << 50);
  }

  @Test
  void randomExamplesAreTheSameEachTimeAndWhollyTrained() {
    var examples = BenchExamples.random(3, 8, 100);
    assertThat(examples).hasSize(3);
    assertThat(examples.get(2).trainedTokens()).isEqualTo(7);
    assertThat(BenchExamples.random(3, 8, 100).get(2).inputIds())
        .isEqualTo(examples.get(2).inputIds());
    assertThat(List.of(examples.get(0).inputIds())).isNotEqualTo(examples.get(1).inputIds());
  }

  private static StepReport report(long step, int tokens) {
    return new StepReport(step, 3, 1.0, 2, tokens, tokens / 2, 1.0, 1e-3, 1, 0);
  }
}
