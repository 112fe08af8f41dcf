package org.silotune.fed.round;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.client.ClientAlgorithm;
import org.silotune.fed.client.ScheduleSpan;
import org.silotune.fed.client.Seeds;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.client.Weighting;
import org.silotune.fed.run.RoundCheckpoint;

/** What every silo of a round is told: the message that is broadcast. */
public final class RoundPlan implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int round;
  private final long runSeed;
  private final TensorMessage adapter;
  private final FixedPointScheme scheme;
  private final Weighting weighting;
  private final ClientAlgorithm algorithm;
  private final @Nullable Double clipNorm;
  private final @Nullable Duration deadline;
  private final boolean carries;
  private final SortedMap<String, CarriedState> carried;
  private final @Nullable Integer scheduledRounds;
  private final String run;

  RoundPlan(
      int round,
      FederatedConfig config,
      RoundCheckpoint previous,
      FixedPointScheme scheme,
      String run) {
    this.round = round;
    this.runSeed = config.seed();
    this.adapter = TensorMessage.of(previous.state().adapter());
    this.scheme = scheme;
    this.weighting = config.weighting();
    this.algorithm = config.client();
    this.clipNorm = config.clipNorm().orElse(null);
    this.deadline = config.deadline().orElse(null);
    this.carries = config.carryOptimizer();
    this.carried = new TreeMap<>(previous.carried());
    this.scheduledRounds =
        config.scheduleSpan() == ScheduleSpan.RUN ? (Integer) config.rounds() : null;
    this.run = run;
  }

  /** Returns the round, from 1. */
  public int round() {
    return round;
  }

  Seeds seeds() {
    return new Seeds(runSeed);
  }

  TensorMessage adapter() {
    return adapter;
  }

  FixedPointScheme scheme() {
    return scheme;
  }

  Weighting weighting() {
    return weighting;
  }

  ClientAlgorithm algorithm() {
    return algorithm;
  }

  OptionalDouble clipNorm() {
    return clipNorm == null ? OptionalDouble.empty() : OptionalDouble.of(clipNorm);
  }

  Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  boolean carries() {
    return carries;
  }

  Optional<CarriedState> carriedBy(String silo) {
    return Optional.ofNullable(carried.get(silo));
  }

  /** Returns how many rounds one learning-rate schedule spans, if it spans the run. */
  Optional<Integer> scheduledRounds() {
    return Optional.ofNullable(scheduledRounds);
  }

  String run() {
    return run;
  }
}
