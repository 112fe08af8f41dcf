package org.silotune.fed.spark;

import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.aggregate.CohortAccumulator;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.SharedSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.round.RoundPlan;
import org.silotune.fed.round.SiloRound;
import org.silotune.fed.round.TaskSite;

/**
 * The local updates of a round: exact sums bring them home in one action, from other processes over
 * a tree.
 */
record RoundStage(int round, RoundWork work) implements SiloStage<CohortSum> {

  private static final int TREE_DEPTH = 2;

  /**
   * A silo's local update.
   *
   * @param plan of the round
   */
  record RoundWork(Broadcast<RoundPlan> plan, LocalUpdateRunner runner)
      implements SiloWork<CohortSum> {

    @Override
    public CohortSum run(SiloDescriptor silo, TaskSite site, TaskProgress progress)
        throws IOException {
      return new SiloRound(plan.value(), runner, site).run(silo, progress::stepped);
    }

    @Override
    public CohortSum lost(String silo, String reason, String host) {
      return CohortSum.without(SiloOutcome.without(silo, Status.LOST, reason, host));
    }
  }

  @Override
  public String label() {
    return "round %d".formatted(round);
  }

  @Override
  public String title() {
    return "local updates of round %d".formatted(round);
  }

  @Override
  public CohortSum empty() {
    return CohortSum.EMPTY;
  }

  @Override
  public CohortSum gather(JavaRDD<CohortSum> parts) {
    return parts.context().isLocal() ? here(parts) : overTree(parts);
  }

  /** Where all tasks are of this process, there is nothing to send. */
  static CohortSum here(JavaRDD<CohortSum> parts) {
    try (SharedSum sum = SharedSum.open()) {
      String key = sum.key();
      parts.foreach(part -> SharedSum.add(key, part));
      return sum.sum();
    }
  }

  static CohortSum overTree(JavaRDD<CohortSum> parts) {
    return parts
        .treeAggregate(
            new CohortAccumulator(),
            CohortAccumulator::add,
            CohortAccumulator::add,
            TREE_DEPTH,
            /* finalAggregateOnExecutor= */ true)
        .sum();
  }
}
