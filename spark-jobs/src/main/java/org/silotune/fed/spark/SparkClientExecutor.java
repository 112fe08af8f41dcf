package org.silotune.fed.spark;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.ClientExecutor;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.RoundPlan;
import org.silotune.fed.spark.RoundStage.RoundWork;

/**
 * Runs a round's silos as a Spark job: one partition a silo, one action, one tree. A round is one
 * job unless machines fail it; see {@link SiloPass}.
 */
public final class SparkClientExecutor implements ClientExecutor {

  private final JavaSparkContext spark;
  private final LocalUpdateRunner runner;
  private final ExecutorSettings settings;
  private final RecoveryConfig recovery;

  /**
   * An executor on a running Spark.
   *
   * @throws InvalidExperimentException if Spark speculates: a silo would be trained twice at once
   */
  public SparkClientExecutor(
      JavaSparkContext spark,
      LocalUpdateRunner runner,
      ExecutorSettings settings,
      RecoveryConfig recovery) {
    if (spark.getConf().getBoolean("spark.speculation", false)) {
      throw new InvalidExperimentException(
          "Invalid spark.speculation true: a silo would be trained twice at once; set it to false");
    }
    this.spark = spark;
    this.runner = runner;
    this.settings = settings;
    this.recovery = recovery;
  }

  @Override
  public CohortSum run(RoundPlan plan, List<SiloDescriptor> cohort, RoundListener listener) {
    Broadcast<RoundPlan> broadcast = spark.broadcast(plan);
    try {
      RoundStage stage = new RoundStage(plan.round(), new RoundWork(broadcast, runner));
      return SiloPass.over(cohort, stage, spark, settings, recovery, listener);
    } finally {
      broadcast.destroy();
    }
  }
}
