package org.silotune.fed.round;

import java.util.Optional;
import org.silotune.fed.FederationException;

/**
 * When the global adapter is scored on held-out rows, and when a run ends before its last round.
 *
 * @param everyRounds validation rows are scored after every so many rounds, and after the last
 * @param patience the run ends after so many scores without improvement; never where absent
 * @param minImprovement by how much the central validation loss must fall to count as better
 */
public record EvaluationConfig(int everyRounds, Optional<Integer> patience, double minImprovement) {

  public EvaluationConfig {
    if (everyRounds < 1) {
      throw new FederationException(
          "Invalid every-rounds %d: must be at least 1".formatted(everyRounds));
    }
    if (patience.isPresent() && patience.get() < 1) {
      throw new FederationException(
          "Invalid patience %d: must be at least 1".formatted(patience.get()));
    }
    if (!(minImprovement >= 0) || Double.isInfinite(minImprovement)) {
      throw new FederationException(
          "Invalid min-improvement %s: must be finite and at least 0".formatted(minImprovement));
    }
  }

  /** Returns scores after every round and no early stopping. */
  public static EvaluationConfig defaults() {
    return new EvaluationConfig(1, Optional.empty(), 0);
  }
}
