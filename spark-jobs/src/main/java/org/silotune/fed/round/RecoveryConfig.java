package org.silotune.fed.round;

import java.time.Duration;
import org.silotune.fed.FederationException;

/**
 * How long a round bears with machines. A run may change these between starts.
 *
 * @param stallAfter a silo whose task makes no step for so long is recorded as lost and the round
 *     is repeated without it
 * @param placementAttempts how often a silo is asked again whose task ran on a host that may not
 *     open its data
 */
public record RecoveryConfig(Duration stallAfter, int placementAttempts) {

  public RecoveryConfig {
    if (stallAfter.isNegative() || stallAfter.isZero()) {
      throw new FederationException(
          "Invalid stall-after %s: must be above 0".formatted(stallAfter));
    }
    if (placementAttempts < 0) {
      throw new FederationException(
          "Invalid placement-attempts %d: must be at least 0".formatted(placementAttempts));
    }
  }

  /** Returns half an hour and three attempts. */
  public static RecoveryConfig defaults() {
    return new RecoveryConfig(Duration.ofMinutes(30), 3);
  }
}
