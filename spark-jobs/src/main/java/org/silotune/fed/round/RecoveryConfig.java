package org.silotune.fed.round;

import java.time.Duration;
import java.util.Optional;
import org.silotune.fed.FederationException;

/**
 * How long a round bears with machines, and what stays to go on from. A run may change these
 * between starts.
 *
 * @param stallAfter a silo whose task makes no step for so long is recorded as lost and the round
 *     is repeated without it
 * @param placementAttempts how many repetitions are borne that place none of the silos whose task
 *     ran on a host that may not open their data, before these are given up
 * @param keepRounds of how many of the last rounds the tensors are kept, beside those of the best
 *     round and of the adapter before the first; of every round where absent. What rounds recorded
 *     is always kept
 */
public record RecoveryConfig(
    Duration stallAfter, int placementAttempts, Optional<Integer> keepRounds) {

  public RecoveryConfig {
    if (stallAfter.isNegative() || stallAfter.isZero()) {
      throw new FederationException(
          "Invalid stall-after %s: must be above 0".formatted(stallAfter));
    }
    if (placementAttempts < 0) {
      throw new FederationException(
          "Invalid placement-attempts %d: must be at least 0".formatted(placementAttempts));
    }
    if (keepRounds.isPresent() && keepRounds.get() < 1) {
      throw new FederationException(
          "Invalid keep-rounds %d: must be at least 1, for a run goes on from its last round"
              .formatted(keepRounds.get()));
    }
  }

  /** Returns half an hour, three attempts and the last round. */
  public static RecoveryConfig defaults() {
    return new RecoveryConfig(Duration.ofMinutes(30), 3, Optional.of(1));
  }
}
