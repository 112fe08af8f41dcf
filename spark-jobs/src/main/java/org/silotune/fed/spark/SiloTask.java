package org.silotune.fed.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.round.RoundPlan;
import org.silotune.fed.round.SiloRound;

/**
 * A silo's part of a round as the function of one partition. Failures of the machine are thrown, so
 * that Spark tries again, elsewhere if it can; on the last attempt they become the silo's outcome.
 */
final class SiloTask implements FlatMapFunction<Iterator<SiloDescriptor>, CohortSum> {

  private static final long serialVersionUID = 1L;

  private final Broadcast<RoundPlan> plan;
  private final LocalUpdateRunner runner;
  private final ExecutorSettings settings;
  private final ProgressAccumulator progress;
  private final int attempts;

  SiloTask(
      Broadcast<RoundPlan> plan,
      LocalUpdateRunner runner,
      ExecutorSettings settings,
      ProgressAccumulator progress,
      int attempts) {
    this.plan = plan;
    this.runner = runner;
    this.settings = settings;
    this.progress = progress;
    this.attempts = attempts;
  }

  @Override
  public Iterator<CohortSum> call(Iterator<SiloDescriptor> silos) throws IOException {
    List<CohortSum> parts = new ArrayList<>();
    while (silos.hasNext()) {
      parts.add(run(silos.next()));
    }
    return parts.iterator();
  }

  private CohortSum run(SiloDescriptor silo) throws IOException {
    TaskContext task = TaskContext.get();
    try {
      return new SiloRound(plan.value(), runner, ExecutorSite.of(task, settings))
          .run(silo, progress::add);
    } catch (IOException | RuntimeException e) {
      if (task.isInterrupted() || task.attemptNumber() + 1 < attempts) {
        throw e;
      }
      return CohortSum.without(
          SiloOutcome.without(silo.name(), Status.LOST, reason(e), ExecutorSite.host()));
    }
  }

  private static String reason(Exception e) {
    boolean speaksForItself = e instanceof IOException || e instanceof FederationException;
    return speaksForItself && e.getMessage() != null ? e.getMessage() : e.toString();
  }
}
