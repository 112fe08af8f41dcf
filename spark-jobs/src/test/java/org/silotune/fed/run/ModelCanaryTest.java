package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.llm.finetune.FineTuneResult;
import org.silotune.llm.finetune.FineTuneResult.Outcome;
import org.silotune.llm.finetune.OptimizerState;
import org.silotune.llm.tensor.NamedTensors;

final class ModelCanaryTest {

  private static final NamedTensors PARAMETERS =
      NamedTensors.builder().put("a", new long[] {2}, new float[] {1, 2}).build();

  @Test
  void theLossIsHashedToo() {
    assertThat(ModelCanary.hash(result(Outcome.COMPLETED, 1, 2.5)))
        .isEqualTo(ModelCanary.hash(result(Outcome.COMPLETED, 1, 2.5)))
        .isNotEqualTo(ModelCanary.hash(result(Outcome.COMPLETED, 1, Math.nextUp(2.5))));
  }

  @Test
  void aStepThatWasNotMadeIsNoCanary() {
    assertThatThrownBy(() -> ModelCanary.hash(result(Outcome.GRADIENT_NOT_FINITE, 0, 2.5)))
        .isInstanceOf(UnusableExecutorException.class)
        .hasMessage(
            "Cannot compare executors: the canary's step ended as GRADIENT_NOT_FINITE after 0 steps (loss 2.5, loss scale 1); in float16 set precision.compute: bfloat16, else look at the model's weights");
    assertThatThrownBy(() -> ModelCanary.hash(result(Outcome.COMPLETED, 0, 2.5)))
        .isInstanceOf(UnusableExecutorException.class);
  }

  private static FineTuneResult result(Outcome outcome, long steps, double loss) {
    return new FineTuneResult(
        PARAMETERS,
        outcome,
        steps,
        1,
        48,
        47,
        loss,
        loss,
        false,
        0,
        1,
        new OptimizerState(steps, new TreeMap<>()));
  }
}
