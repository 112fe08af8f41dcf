package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.script.TensorDevice;

/** Speed of both shapes on a GPU, printed. Not run yet. */
@Tag("gpu")
final class GpuTrainerBenchTest {

  @ParameterizedTest
  @EnumSource(BenchShape.class)
  void tokensASecondAndTheShareOfTheMatrixPeak(BenchShape shape) {
    for (ComputeType compute : List.of(ComputeType.BFLOAT16, ComputeType.FLOAT16)) {
      var config =
          new TrainerBenchConfig(
              /* batch= */ 16,
              /* tokenBudget= */ 8192,
              Checkpointing.ON,
              /* tasks= */ 1,
              /* workers= */ 1,
              /* threads= */ 1,
              /* steps= */ 8,
              /* warmUp= */ 3);
      try (var model = shape.make(compute, new TensorDevice.Gpu(0))) {
        var examples = BenchExamples.random(16, 512, model.config().vocabularySize());
        var result = new TrainerBench(model, compute, config).measure(examples, List.of());
        System.out.printf(
            Locale.ROOT,
            "%s %s: %.0f tokens/s, %.3f of the matrix peak (%.1f TFLOP/s), %.3f s a step%n",
            shape.label(),
            compute.label(),
            result.tokensPerSecond(),
            result.flopsShare(),
            result.peakFlops() * 1e-12,
            result.stepSecondsMedian());
        assertThat(result.tokensPerSecond()).isPositive();
        assertThat(result.flopsShare()).isBetween(0.01, 1.0);
      }
    }
  }
}
