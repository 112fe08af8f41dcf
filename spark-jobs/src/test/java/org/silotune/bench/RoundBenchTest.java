package org.silotune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.aggregate.FixedPointSum;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.run.Sha256;
import org.silotune.fed.server.FedAvg;
import org.silotune.fed.server.ServerState;
import org.silotune.llm.tensor.NamedTensors;

final class RoundBenchTest {

  @Test
  void roundsEndInTheMeanOfWhatWasDrawnByTheFixedPointLaw() {
    RoundBenchResult result =
        new RoundBench(SparkConfig.defaults(), new RoundBenchConfig(3, 1000, 1, 1)).measure();

    List<SiloDescriptor> silos = RoundBench.silos(3);
    FixedPointScheme scheme = FixedPointScheme.of(OptionalDouble.empty(), 100 + 101 + 102);
    ServerState state = FedAvg.defaults().initialize(RoundBench.adapter(1000));
    for (int round = 1; round <= 2; round++) {
      FixedPointSum sum = FixedPointSum.EMPTY;
      for (SiloDescriptor silo : silos) {
        long seed = new Seeds(RoundBench.federated(2).seed()).localUpdate(round, silo.name());
        NamedTensors delta = DrawnUpdates.delta(seed, state.adapter());
        sum = sum.plus(scheme.encode(delta, silo.trainExamples(), silo.trainExamples()));
      }
      MeanDelta mean = scheme.mean(sum, state.adapter());
      state = FedAvg.defaults().step(state, mean);
    }
    assertThat(result.adapterSha256()).isEqualTo(Sha256.of(state.adapter()));
    assertThat(result.secondsMedian()).isPositive();
    assertThat(result.checkpointSecondsMedian()).isPositive();
    assertThat(result.bytesDown()).isEqualTo(4000);
  }

  @Test
  void whatIsDrawnHangsOnTheSeedAndFillsItsRange() {
    NamedTensors layout = RoundBench.adapter(70_000);
    float[] drawn = DrawnUpdates.delta(1, layout).values("tensor-00000");
    float low = 0;
    float high = 0;
    for (float d : drawn) {
      low = Math.min(low, d);
      high = Math.max(high, d);
    }
    assertThat(layout.names()).containsExactly("tensor-00000", "tensor-00001");
    assertThat(drawn)
        .hasSize(65_536)
        .isEqualTo(DrawnUpdates.delta(1, layout).values("tensor-00000"));
    assertThat(drawn).isNotEqualTo(DrawnUpdates.delta(2, layout).values("tensor-00000"));
    assertThat(low).isBetween(-0.005f, -0.0049f);
    assertThat(high).isBetween(0.0049f, 0.005f);
  }

  @Test
  void roundsOfNothingAreRefused() {
    assertThatThrownBy(() -> new RoundBenchConfig(0, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid silos: 0, must be >= 1");
    assertThatThrownBy(() -> new RoundBenchConfig(1, -3, 1, 0))
        .hasMessage("Invalid parameters: -3, must be >= 1");
    assertThatThrownBy(() -> new RoundBenchConfig(1, 1, 0, 0))
        .hasMessage("Invalid rounds: 0, must be >= 1");
  }
}
