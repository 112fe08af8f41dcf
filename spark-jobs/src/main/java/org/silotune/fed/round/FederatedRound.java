package org.silotune.fed.round;

import java.util.List;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.run.RoundCheckpoint;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.server.ServerState;

/**
 * One round: sample, broadcast, local update, clip, aggregate, server step. The checkpoint that
 * comes out is committed, and the adapter in it scored, by {@link FederatedTraining}.
 */
final class FederatedRound {

  private final FederatedConfig config;
  private final List<SiloDescriptor> silos;
  private final LocalUpdateRunner runner;
  private final ClientExecutor executor;
  private final RoundListener listener;
  private final RunDirectory run;
  private final CanaryCheck canaries;

  FederatedRound(
      FederatedConfig config,
      List<SiloDescriptor> silos,
      LocalUpdateRunner runner,
      ClientExecutor executor,
      RoundListener listener,
      RunDirectory run,
      CanaryCheck canaries) {
    this.config = config;
    this.silos = silos;
    this.runner = runner;
    this.executor = executor;
    this.listener = listener;
    this.run = run;
    this.canaries = canaries;
  }

  /** Runs the round after {@code previous}. */
  RoundCheckpoint run(RoundCheckpoint previous) {
    int round = previous.round() + 1;
    long began = System.nanoTime();

    // Sample: a function of seed, round and silo names.
    List<SiloDescriptor> cohort = config.sampling().cohort(new Seeds(config.seed()), round, silos);
    listener.began(round, config.rounds(), cohort.stream().map(SiloDescriptor::name).toList());

    // Broadcast: the adapter, and the encoding that leaves room for the cohort's weights.
    FixedPointScheme scheme = FixedPointScheme.of(config.clip(), announcedWeight(cohort));
    RoundPlan plan = new RoundPlan(round, config, previous, scheme, run.uri(""));

    // Local update, clip and encode at each silo; one tree of integer sums brings them home.
    CohortSum sum = executor.run(plan, cohort, listener);
    new Quorum(config.quorumOf(silosWithRows(cohort))).require(round, sum.outcomes().values());
    boolean sameBits = canaries.check("round %d".formatted(round), executors(sum));

    // Server step.
    MeanDelta mean = scheme.mean(sum.deltas(), previous.state().adapter());
    ServerState next = config.server().step(previous.state(), mean);

    double seconds = (System.nanoTime() - began) * 1e-9;
    return new RoundAccount(round, scheme, sum, mean, sameBits, seconds).checkpoint(previous, next);
  }

  /** Silos that are allowed to be empty can give nothing: a quorum is one of the others. */
  private static int silosWithRows(List<SiloDescriptor> cohort) {
    return (int) cohort.stream().filter(silo -> silo.trainExamples() > 0).count();
  }

  private static List<CanaryCheck.Seen> executors(CohortSum sum) {
    return sum.outcomes().values().stream()
        .map(o -> new CanaryCheck.Seen(o.silo(), o.host(), o.canary()))
        .toList();
  }

  private long announcedWeight(List<SiloDescriptor> cohort) {
    return cohort.stream()
        .mapToLong(silo -> config.weighting().maximum(runner.bound(silo)))
        .reduce(0, Math::addExact);
  }
}
