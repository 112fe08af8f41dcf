package org.silotune.fed.round;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.llm.plan.MemoryLimit;

/** Runs a round's silos one after the other in this process. */
public final class SequentialClientExecutor implements ClientExecutor {

  private static final String HOST = "localhost";

  private final LocalUpdateRunner runner;
  private final int attempts;
  private final Configuration hadoop;

  /**
   * An executor.
   *
   * @param attempts how often a silo is tried whose machine fails
   * @param hadoop configuration of the file systems
   */
  public SequentialClientExecutor(LocalUpdateRunner runner, int attempts, Configuration hadoop) {
    this.runner = runner;
    this.attempts = attempts;
    this.hadoop = hadoop;
  }

  @Override
  public CohortSum run(RoundPlan plan, List<SiloDescriptor> cohort, RoundListener listener) {
    SiloRound round =
        new SiloRound(
            plan,
            runner,
            new TaskSite(
                HOST, new ComputeDevice.Cpu(), MemoryLimit.ofThisProcess(1), () -> "", hadoop));
    CohortSum sum = CohortSum.EMPTY;
    for (SiloDescriptor silo : cohort) {
      sum = sum.plus(run(round, silo, listener));
    }
    return sum;
  }

  private CohortSum run(SiloRound round, SiloDescriptor silo, RoundListener listener) {
    for (int attempt = 1; ; attempt++) {
      try {
        return round.run(silo, listener::progressed);
      } catch (IOException e) {
        if (attempt >= attempts) {
          return CohortSum.without(
              SiloOutcome.without(silo.name(), Status.LOST, e.getMessage(), HOST));
        }
      }
    }
  }
}
