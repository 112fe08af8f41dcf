package org.silotune.fed.spark;

import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.round.RoundPlan;
import org.silotune.fed.round.SiloRound;
import org.silotune.fed.round.TaskSite;

/** The local updates of a round: one tree of exact sums brings them home. */
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
    return parts.treeAggregate(
        CohortSum.EMPTY,
        CohortSum::plus,
        CohortSum::plus,
        TREE_DEPTH,
        /* finalAggregateOnExecutor= */ true);
  }
}
