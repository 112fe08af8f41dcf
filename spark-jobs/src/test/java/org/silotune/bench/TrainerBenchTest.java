package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.OptimizerState;
import org.silotune.llm.finetune.StepReport;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.plan.MatrixSpeed;
import org.silotune.llm.script.TensorDevice;
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

  /** The bundled model: L 4, D 192, 6 heads of 32, 2 of keys and values, F 512, V 2048. */
  @Test
  void theShareIsOfFourOperationsAWeightAndTokenAndTheHeadWhereThereIsALoss(@TempDir Path cache) {
    ModelHub hub = new ModelHub(new ModelCache(cache));
    Path tiny = hub.obtain("tiny", FetchPolicy.OFFLINE, FetchProgress.SILENT).path();
    var config = new TrainerBenchConfig(4, 64, Checkpointing.AUTO, 2, 1, 1, 2, 1);
    var small =
        new MatrixPeak(new MatrixSpeed(TensorDevice.processor(), ComputeType.FLOAT32, 64, 0, 1), 1);
    try (DecoderModel model = ModelLoader.load(tiny, cache)) {
      var bench = new TrainerBench(model, small, config);
      assertThat(bench.localRun(1).memory().tasks()).isEqualTo(2);
      var result = bench.measure(BenchExamples.random(4, 32, 2048), List.of());
      double layers = 4 * (2 * 192 * 192 + 2 * 192 * 64 + 3 * 192 * 512);
      double head = 2048 * 192;
      assertThat(result.trainedTokensPerSecond())
          .isCloseTo(result.tokensPerSecond() * 31 / 32, withinPercentage(1e-6));
      assertThat(result.examplesPerSecond())
          .isCloseTo(result.tokensPerSecond() / 32, withinPercentage(1e-6));
      assertThat(result.flopsShare() * result.peakFlops())
          .isCloseTo(
              4 * (layers * result.tokensPerSecond() + head * result.trainedTokensPerSecond()),
              withinPercentage(1e-6));
      assertThat(result.recomputed()).isFalse();
      assertThat(result.heldOutLoss()).isEmpty();
      assertThat(result.peakRssBytes()).isGreaterThan(10_000_000L);
      // two tasks, each 64 tokens a step
      assertThat(result.tokensPerSecond() * result.stepSecondsMedian()).isBetween(64.0, 256.0);
    }
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
