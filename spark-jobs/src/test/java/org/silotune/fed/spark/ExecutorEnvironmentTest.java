package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.NumericEnvironmentException;

final class ExecutorEnvironmentTest {

  @Test
  void aGuardedVariableThatDiffersOnAnExecutorEndsTheRunWithBothValuesAndTheHost() {
    NumericEnvironment environment =
        new NumericEnvironment(new TreeMap<>(Map.of("MKL_CBWR", "AVX2,STRICT")));
    ExecutorSettings settings =
        new ExecutorSettings(DeviceKind.CPU, 1, environment, ExecutorCanary.none());
    try (TestSpark spark = TestSpark.local()) {
      JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());

      assertThatThrownBy(
              () ->
                  SiloPass.over(
                      FakeSilos.of(3),
                      new Idle(),
                      context,
                      settings,
                      RecoveryConfig.defaults(),
                      RoundListener.NONE))
          .isInstanceOf(NumericEnvironmentException.class)
          .hasMessage(
              "Cannot run round 1: Invalid environment variable MKL_CBWR: it is unset in an executor on host 127.0.0.1 and AVX2,STRICT in the run, and it changes the bits of results; give the driver and every executor the same");
    }
  }

  /** A pass whose tasks do nothing. */
  private record Idle() implements SiloStage<CohortSum>, SiloWork<CohortSum> {

    @Override
    public String label() {
      return "round 1";
    }

    @Override
    public String title() {
      return "nothing";
    }

    @Override
    public CohortSum empty() {
      return CohortSum.EMPTY;
    }

    @Override
    public SiloWork<CohortSum> work() {
      return this;
    }

    @Override
    public CohortSum gather(JavaRDD<CohortSum> parts) {
      return parts.reduce(CohortSum::plus);
    }

    @Override
    public CohortSum run(SiloDescriptor silo, TaskSite site, TaskProgress progress) {
      return lost(silo.name(), "idle", site.host());
    }

    @Override
    public CohortSum lost(String silo, String reason, String host) {
      return CohortSum.without(SiloOutcome.without(silo, Status.LOST, reason, host));
    }
  }
}
