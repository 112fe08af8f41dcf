package org.silotune.fed.round;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ClientAlgorithm;
import org.silotune.fed.client.PlainLoss;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.sample.ClientSampler;
import org.silotune.fed.server.FedAvg;
import org.silotune.fed.server.ServerOptimizer;

/**
 * What a federated run does, beside its data and its model.
 *
 * @param rounds rounds in all; a run may be started again with more
 * @param seed everything random derives from it
 * @param client what a silo minimises
 * @param server how the mean delta is applied
 * @param weighting how much a silo's delta counts in the mean
 * @param sampling which silos take part in a round
 * @param quorum the least fraction of a cohort whose deltas must count, above 0 and at most 1
 * @param clipNorm the largest L2 norm of a silo's delta; unclipped where absent
 * @param deadline the longest a silo's local update may take before it returns what it has; a round
 *     where it fires is not reproducible
 * @param allowEmptySilos whether silos without training rows may be there, prepared with counts of
 *     0 and trained with weight 0
 * @param carryOptimizer whether a silo's optimizer moments go on from its last counted update
 * @param scheduleSpan whether the learning rate's schedule goes over the run or over every round
 * @param exact whether a process with another numeric profile than the run's, or an executor with
 *     another canary, is an error instead of a recorded warning
 */
public record FederatedConfig(
    int rounds,
    long seed,
    ClientAlgorithm client,
    ServerOptimizer server,
    Weighting weighting,
    ClientSampler sampling,
    double quorum,
    Optional<Double> clipNorm,
    Optional<Duration> deadline,
    boolean allowEmptySilos,
    boolean carryOptimizer,
    ScheduleSpan scheduleSpan,
    boolean exact,
    EvaluationConfig evaluation,
    RecoveryConfig recovery) {

  public FederatedConfig {
    requireNonNull(client, "client");
    requireNonNull(server, "server");
    requireNonNull(weighting, "weighting");
    requireNonNull(sampling, "sampling");
    requireNonNull(scheduleSpan, "scheduleSpan");
    requireNonNull(evaluation, "evaluation");
    requireNonNull(recovery, "recovery");
    if (rounds < 1) {
      throw new FederationException("Invalid rounds %d: must be at least 1".formatted(rounds));
    }
    if (!(quorum > 0 && quorum <= 1)) {
      throw new FederationException(
          "Invalid quorum %s: must be above 0 and at most 1".formatted(quorum));
    }
    if (clipNorm.isPresent() && !(clipNorm.get() > 0 && clipNorm.get() <= 0x1p40)) {
      throw new FederationException(
          "Invalid clip-norm %s: must be above 0 and at most 2^40".formatted(clipNorm.get()));
    }
    if (deadline.isPresent() && (deadline.get().isNegative() || deadline.get().isZero())) {
      throw new FederationException(
          "Invalid deadline %s: must be above 0".formatted(deadline.get()));
    }
  }

  /** Returns three rounds of plain federated averaging over every silo, by examples seen. */
  public static FederatedConfig defaults() {
    return new FederatedConfig(
        3,
        1,
        new PlainLoss(),
        FedAvg.defaults(),
        Weighting.EXAMPLES,
        new ClientSampler.All(),
        0.5,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        ScheduleSpan.RUN,
        false,
        EvaluationConfig.defaults(),
        RecoveryConfig.defaults());
  }

  /** Returns the clip norm as a primitive optional. */
  OptionalDouble clip() {
    return clipNorm.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  /** Returns how many deltas of a cohort must count. */
  int quorumOf(int cohort) {
    return (int) Math.max(1, Math.ceil(quorum * cohort - 1e-9));
  }
}
