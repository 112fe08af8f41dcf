package org.silotune.fed.spark;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.FederationException;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.fed.aggregate.SiloSum;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.NumericEnvironmentException;

/** The Spark jobs of one pass over silos: one task a silo, watched while it runs. */
final class SiloJob<S extends SiloSum<S>> {

  private static final long POLL_MILLIS = 100;
  private static final long LISTENER_MILLIS = 10_000;

  private final JavaSparkContext spark;
  private final SiloStage<S> stage;
  private final ExecutorSettings settings;
  private final Duration stallAfter;
  private final RoundListener listener;

  /** How a job ended; a closed choice. */
  sealed interface Ending<S> {

    /** Every silo has a part. */
    record Done<S>(S sum) implements Ending<S> {}

    /** A silo's task stood still and the job was cancelled. */
    record Stalled<S>(String silo, String host, String reason) implements Ending<S> {}

    /**
     * Executors died under tasks until Spark gave the job up.
     *
     * @param losses by silo, how often
     */
    record Crashed<S>(SortedMap<String, Integer> losses) implements Ending<S> {}
  }

  SiloJob(
      JavaSparkContext spark,
      SiloStage<S> stage,
      ExecutorSettings settings,
      Duration stallAfter,
      RoundListener listener) {
    this.spark = spark;
    this.stage = stage;
    this.settings = settings;
    this.stallAfter = stallAfter;
    this.listener = listener;
  }

  /**
   * Runs the silos' parts in one action.
   *
   * @throws FederationException if the job fails for a reason that is no silo's
   */
  Ending<S> run(List<SiloDescriptor> silos) {
    JavaRDD<SiloDescriptor> descriptors = SiloPartitions.of(spark, silos);
    SiloMonitor monitor = new SiloMonitor(descriptors.id(), silos, listener);
    spark.sc().addSparkListener(monitor);
    String group = "silotune-%d".formatted(descriptors.id());
    FutureTask<S> action = new FutureTask<>(() -> gather(descriptors, silos, group));
    Thread thread = new Thread(action, group);
    thread.setDaemon(true);
    thread.start();
    try {
      return await(action, monitor, group);
    } finally {
      spark.sc().removeSparkListener(monitor);
    }
  }

  private Ending<S> await(FutureTask<S> action, SiloMonitor monitor, String group) {
    while (true) {
      try {
        return new Ending.Done<>(action.get(POLL_MILLIS, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        Optional<SiloMonitor.Stall> stall = monitor.stalled(stallAfter);
        if (stall.isPresent()) {
          String reason = "No step for %s on host %s".formatted(stallAfter, stall.get().host());
          spark.sc().cancelJobGroup(group, "silo %s: %s".formatted(stall.get().silo(), reason));
          return new Ending.Stalled<>(stall.get().silo(), stall.get().host(), reason);
        }
      } catch (ExecutionException e) {
        requireUsable(e);
        awaitListeners();
        SortedMap<String, Integer> losses = monitor.executorLosses();
        if (losses.isEmpty()) {
          throw new FederationException(
              "Cannot run %s: %s".formatted(stage.label(), e.getCause().getMessage()),
              e.getCause());
        }
        return new Ending.Crashed<>(losses);
      } catch (InterruptedException e) {
        spark.sc().cancelJobGroup(group, "the driver was interrupted");
        Thread.currentThread().interrupt();
        throw new FederationException("Cannot run %s: interrupted".formatted(stage.label()), e);
      }
    }
  }

  /** Throws what a task said of its process, without Spark's words around it. */
  private void requireUsable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof NumericEnvironmentException other) {
        throw new NumericEnvironmentException(
            "Cannot run %s: %s".formatted(stage.label(), other.getMessage()));
      }
      if (cause instanceof UnusableExecutorException other) {
        throw new UnusableExecutorException(
            "Cannot run %s: %s".formatted(stage.label(), other.getMessage()), other);
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

  private S gather(JavaRDD<SiloDescriptor> descriptors, List<SiloDescriptor> silos, String group) {
    // Spark sends a job's description with every task: a few names, not ten thousand.
    String description = "%s: %s".formatted(stage.title(), SiloNames.shortened(silos));
    spark.sc().setJobGroup(group, description, /* interruptOnCancel= */ true);
    TaskPulse pulse = new TaskPulse();
    spark.sc().register(pulse, "silotune progress");
    int attempts = TaskAttempts.of(spark.getConf(), spark.master());
    return stage.gather(
        descriptors
            .mapPartitions(new SiloTask<>(stage.work(), settings, pulse, attempts))
            .setName(stage.title()));
  }
}
