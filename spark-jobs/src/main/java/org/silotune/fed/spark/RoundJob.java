package org.silotune.fed.spark;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.RoundPlan;

/** The jobs of one round: they share its broadcast, and each is watched while it runs. */
final class RoundJob implements AutoCloseable {

  private static final int TREE_DEPTH = 2;
  private static final int DESCRIBED_SILOS = 8;
  private static final long POLL_MILLIS = 100;
  private static final long LISTENER_MILLIS = 10_000;

  private final JavaSparkContext spark;
  private final RoundPlan plan;
  private final LocalUpdateRunner runner;
  private final ExecutorSettings settings;
  private final Duration stallAfter;
  private final RoundListener listener;
  private final Broadcast<RoundPlan> broadcast;

  /** How a job ended; a closed choice. */
  sealed interface Ending {

    /** Every silo has an outcome. */
    record Done(CohortSum sum) implements Ending {}

    /** A silo's task stood still and the job was cancelled. */
    record Stalled(String silo, String host, String reason) implements Ending {}

    /**
     * Executors died under tasks until Spark gave the job up.
     *
     * @param losses by silo, how often
     */
    record Crashed(SortedMap<String, Integer> losses) implements Ending {}
  }

  RoundJob(
      JavaSparkContext spark,
      RoundPlan plan,
      LocalUpdateRunner runner,
      ExecutorSettings settings,
      Duration stallAfter,
      RoundListener listener) {
    this.spark = spark;
    this.plan = plan;
    this.runner = runner;
    this.settings = settings;
    this.stallAfter = stallAfter;
    this.listener = listener;
    this.broadcast = spark.broadcast(plan);
  }

  /**
   * Runs the silos' parts of the round in one action.
   *
   * @throws FederationException if the job fails for a reason that is no silo's
   */
  Ending run(List<SiloDescriptor> silos) {
    JavaRDD<SiloDescriptor> descriptors = SiloPartitions.of(spark, silos);
    RoundMonitor monitor = new RoundMonitor(descriptors.id(), silos, listener);
    spark.sc().addSparkListener(monitor);
    String group = "silotune-round-%d-%d".formatted(plan.round(), descriptors.id());
    FutureTask<CohortSum> action = new FutureTask<>(() -> aggregate(descriptors, silos, group));
    Thread thread = new Thread(action, group);
    thread.setDaemon(true);
    thread.start();
    try {
      return await(action, monitor, group);
    } finally {
      spark.sc().removeSparkListener(monitor);
    }
  }

  @Override
  public void close() {
    broadcast.destroy();
  }

  private Ending await(FutureTask<CohortSum> action, RoundMonitor monitor, String group) {
    while (true) {
      try {
        return new Ending.Done(action.get(POLL_MILLIS, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        Optional<RoundMonitor.Stall> stall = monitor.stalled(stallAfter);
        if (stall.isPresent()) {
          String reason = "No step for %s on host %s".formatted(stallAfter, stall.get().host());
          spark.sc().cancelJobGroup(group, "silo %s: %s".formatted(stall.get().silo(), reason));
          return new Ending.Stalled(stall.get().silo(), stall.get().host(), reason);
        }
      } catch (ExecutionException e) {
        awaitListeners();
        SortedMap<String, Integer> losses = monitor.executorLosses();
        if (losses.isEmpty()) {
          throw new FederationException(
              "Cannot run round %d: %s".formatted(plan.round(), e.getCause().getMessage()),
              e.getCause());
        }
        return new Ending.Crashed(losses);
      } catch (InterruptedException e) {
        spark.sc().cancelJobGroup(group, "the driver was interrupted");
        Thread.currentThread().interrupt();
        throw new FederationException(
            "Cannot run round %d: interrupted".formatted(plan.round()), e);
      }
    }
  }

  /** The job's end may overtake, on Spark's listener bus, the ends of its tasks. */
  private void awaitListeners() {
    try {
      spark.sc().listenerBus().waitUntilEmpty(LISTENER_MILLIS);
    } catch (TimeoutException e) {
      listener.warned("Spark's listener bus is slow: %s".formatted(e.getMessage()));
    }
  }

  private CohortSum aggregate(
      JavaRDD<SiloDescriptor> descriptors, List<SiloDescriptor> silos, String group) {
    spark.sc().setJobGroup(group, description(silos), /* interruptOnCancel= */ true);
    ProgressAccumulator progress = new ProgressAccumulator();
    spark.sc().register(progress, "silotune progress");
    int attempts = TaskAttempts.of(spark.getConf(), spark.master());
    return descriptors
        .mapPartitions(new SiloTask(broadcast, runner, settings, progress, attempts))
        .setName("local updates of round %d".formatted(plan.round()))
        .treeAggregate(
            CohortSum.EMPTY,
            CohortSum::plus,
            CohortSum::plus,
            TREE_DEPTH,
            /* finalAggregateOnExecutor= */ true);
  }

  /** Spark sends a job's description with every task: a few names, not ten thousand. */
  private String description(List<SiloDescriptor> silos) {
    String names =
        silos.stream()
            .limit(DESCRIBED_SILOS)
            .map(SiloDescriptor::name)
            .collect(Collectors.joining(", "));
    int more = silos.size() - DESCRIBED_SILOS;
    return "Round %d: local updates of %s%s"
        .formatted(plan.round(), names, more > 0 ? " and %d more".formatted(more) : "");
  }
}
