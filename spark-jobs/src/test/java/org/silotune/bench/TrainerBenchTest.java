package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.OptimizerState;
import org.silotune.llm.finetune.StepReport;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.tensor.NamedTensors;

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
  void aFineTuneThatEndedEarlyIsNoMeasurement() {
    TrainerBench.requireCompleted(result(FineTuneResult.Outcome.COMPLETED), 10);
    assertThatThrownBy(
            () ->
                TrainerBench.requireCompleted(
                    result(FineTuneResult.Outcome.GRADIENT_NOT_FINITE), 10))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot measure: step 4 of 10 ended as GRADIENT_NOT_FINITE (loss 2.5, loss scale 1); take another --dtype or --model");
  }

  @Test
  void aShapeThatMemoryCannotHoldIsNotMadeUp() {
    BenchShape.LLAMA_7B.requireRoom(ComputeType.BFLOAT16, 14_000_000_000L);
    assertThatThrownBy(() -> BenchShape.LLAMA_7B.requireRoom(ComputeType.FLOAT32, 24_000_000_000L))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot make llama-7b up in float32: its weights take 27.0 GB, and this machine has 24.0 GB; take a smaller --shape, or --dtype bfloat16");
  }

  private static FineTuneResult result(FineTuneResult.Outcome outcome) {
    NamedTensors none = NamedTensors.builder().put("a", new long[] {1}, new float[1]).build();
    return new FineTuneResult(
        none, outcome, 3, 1, 2, 1, 2.5, 2.5, false, 0, 1, new OptimizerState(3, new TreeMap<>()));
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
