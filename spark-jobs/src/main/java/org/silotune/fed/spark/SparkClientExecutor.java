package org.silotune.fed.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.round.ClientExecutor;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.RoundPlan;
import org.silotune.fed.spark.RoundJob.Ending;

/**
 * Runs a round's silos as a Spark job: one partition a silo, one action, one tree.
 *
 * <p>A round is one job unless machines fail it. Sums are exact, so what a repeated job brings home
 * is added to what is there:
 *
 * <ul>
 *   <li>silos whose task ran on a host that may not open their data are asked again, a bounded
 *       number of times;
 *   <li>a silo whose task stands still is recorded as lost, and the job repeated without it;
 *   <li>when executors die under a job until Spark gives it up, the silos that were on them are run
 *       one by one: who dies again is recorded as lost.
 * </ul>
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
    try (RoundJob job =
        new RoundJob(spark, plan, runner, settings, recovery.stallAfter(), listener)) {
      return run(job, plan.round(), cohort, listener);
    }
  }

  private CohortSum run(
      RoundJob job, int round, List<SiloDescriptor> cohort, RoundListener listener) {
    CohortSum sum = CohortSum.EMPTY;
    List<SiloDescriptor> pending = new ArrayList<>(cohort);
    int placementAttempts = recovery.placementAttempts();
    while (!pending.isEmpty()) {
      Ending ending = job.run(pending);
      if (ending instanceof Ending.Done done) {
        sum = sum.plus(done.sum());
        List<String> misplaced = misplaced(done.sum());
        pending.removeIf(silo -> !misplaced.contains(silo.name()));
        if (placementAttempts-- == 0) {
          return sum;
        }
        if (!misplaced.isEmpty()) {
          sum = sum.minus(misplaced);
          listener.repeated(round, "for misplaced " + String.join(", ", misplaced));
        }
      } else if (ending instanceof Ending.Stalled stalled) {
        sum = sum.plus(lost(stalled.silo(), stalled.reason(), stalled.host()));
        pending.removeIf(silo -> silo.name().equals(stalled.silo()));
        listener.repeated(round, "without stalled " + stalled.silo());
      } else if (ending instanceof Ending.Crashed crashed) {
        List<SiloDescriptor> suspects =
            pending.stream().filter(silo -> crashed.losses().containsKey(silo.name())).toList();
        listener.repeated(round, "after executors died under " + names(suspects));
        sum = sum.plus(isolated(job, suspects, crashed.losses()));
        pending.removeAll(suspects);
      }
    }
    return sum;
  }

  /** Runs suspects each in a job of its own; a single suspect has proved itself already. */
  private static CohortSum isolated(
      RoundJob job, List<SiloDescriptor> suspects, Map<String, Integer> losses) {
    CohortSum sum = CohortSum.EMPTY;
    for (SiloDescriptor suspect : suspects) {
      if (suspects.size() == 1) {
        return crashed(suspect, losses);
      }
      Ending ending = job.run(List.of(suspect));
      if (ending instanceof Ending.Done done) {
        sum = sum.plus(done.sum());
      } else if (ending instanceof Ending.Stalled stalled) {
        sum = sum.plus(lost(stalled.silo(), stalled.reason(), stalled.host()));
      } else if (ending instanceof Ending.Crashed crashed) {
        sum = sum.plus(crashed(suspect, crashed.losses()));
      }
    }
    return sum;
  }

  private static CohortSum crashed(SiloDescriptor silo, Map<String, Integer> losses) {
    return lost(
        silo.name(),
        "Executor died %d times under its task: out of memory or a native crash; see the executors' logs"
            .formatted(losses.get(silo.name())),
        "");
  }

  private static CohortSum lost(String silo, String reason, String host) {
    return CohortSum.without(SiloOutcome.without(silo, Status.LOST, reason, host));
  }

  private static List<String> misplaced(CohortSum sum) {
    return new TreeMap<>(sum.outcomes())
        .values().stream()
            .filter(outcome -> outcome.status() == Status.MISPLACED)
            .map(SiloOutcome::silo)
            .toList();
  }

  private static String names(List<SiloDescriptor> silos) {
    return String.join(", ", silos.stream().map(SiloDescriptor::name).toList());
  }
}
