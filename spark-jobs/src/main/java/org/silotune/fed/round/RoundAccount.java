package org.silotune.fed.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.metrics.RoundRow;
import org.silotune.fed.metrics.SiloRoundRow;
import org.silotune.fed.run.RoundCheckpoint;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.Sha256;
import org.silotune.fed.server.ServerState;

/**
 * What a round leaves behind to be read: its rows, in silo-name order.
 *
 * @param sameBits whether its executors compute the run's bits; a round that a GPU computed in is
 *     not reproducible, whatever they are
 */
record RoundAccount(
    int round,
    FixedPointScheme scheme,
    CohortSum sum,
    MeanDelta mean,
    boolean sameBits,
    double seconds) {

  /** Returns the checkpoint of the round that led from {@code previous} to {@code next}. */
  RoundCheckpoint checkpoint(RoundCheckpoint previous, ServerState next) {
    TreeMap<String, CarriedState> carried = new TreeMap<>(previous.carried());
    List<SiloRoundRow> silos = new ArrayList<>();
    for (SiloOutcome outcome : sum.outcomes().values()) {
      silos.add(row(outcome));
      if (outcome.carried() != null) {
        carried.put(outcome.silo(), outcome.carried());
      }
    }
    RoundRecord record = new RoundRecord(row(next), silos, carried);
    return new RoundCheckpoint(round, next, Optional.of(record));
  }

  private RoundRow row(ServerState next) {
    int participants = 0;
    long trainedTokens = 0;
    double lossSum = 0;
    boolean reproducible = sameBits;
    for (SiloOutcome outcome : sum.outcomes().values()) {
      reproducible &= outcome.reproducible() && !outcome.metrics().onGpu();
      if (outcome.counts()) {
        participants++;
        trainedTokens += outcome.metrics().trainedTokens();
        lossSum += outcome.metrics().lossSum();
      }
    }
    return new RoundRow(
        round,
        sum.outcomes().size(),
        participants,
        sum.deltas().weight(),
        lossSum / trainedTokens,
        mean.norm(),
        scheme.rangeExponent(),
        scheme.fractionBits(),
        scheme.announcedWeight(),
        reproducible,
        seconds,
        Sha256.of(next.adapter()));
  }

  private SiloRoundRow row(SiloOutcome outcome) {
    return new SiloRoundRow(
        round,
        outcome.silo(),
        outcome.status().label(),
        outcome.reason(),
        outcome.weight(),
        outcome.metrics().steps(),
        outcome.metrics().examplesSeen(),
        outcome.metrics().tokensSeen(),
        outcome.metrics().trainedTokens(),
        outcome.metrics().meanLoss(),
        outcome.deltaNorm(),
        outcome.clipped(),
        outcome.metrics().repeats(),
        outcome.metrics().lossScale(),
        outcome.metrics().device(),
        outcome.metrics().recomputed(),
        outcome.metrics().seconds(),
        outcome.host(),
        outcome.canary());
  }
}
