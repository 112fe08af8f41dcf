package org.silotune.fed.round;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.metrics.SplitScores;

/**
 * The validation losses of a run so far, by round: all that the choice of the best round and early
 * stopping look at. Rounds are compared over the silos that all of them scored. Recomputed from the
 * run's files, so that a resumed run decides alike.
 */
final class ValidationHistory {

  private final EvaluationConfig config;
  private final SortedMap<Integer, SplitScores> scores = new TreeMap<>();

  ValidationHistory(EvaluationConfig config) {
    this.config = config;
  }

  /** Adds the losses after a round, from 1. */
  void add(int round, SplitScores score) {
    scores.put(round, score);
  }

  /**
   * Central losses by round, of rounds where rows were scored. One that is not a number, of a model
   * that diverged, is worse than any other.
   */
  private SortedMap<Integer, Double> losses() {
    Set<String> common = SplitScores.common(scores.values());
    SortedMap<Integer, Double> losses = new TreeMap<>();
    scores.forEach(
        (round, score) -> {
          score.over(common).meanLoss().ifPresent(loss -> losses.put(round, loss));
        });
    return losses;
  }

  /** Returns the round with the least loss, the earliest of equals. */
  Optional<Integer> best() {
    return losses().entrySet().stream()
        .filter(entry -> !entry.getValue().isNaN())
        .min(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  /** Returns whether the last {@code patience} scores brought no improvement. */
  boolean isExhausted() {
    if (config.patience().isEmpty()) {
      return false;
    }
    double least = Double.POSITIVE_INFINITY;
    int sinceImprovement = 0;
    for (Map.Entry<Integer, Double> entry : losses().entrySet()) {
      if (entry.getKey() % config.everyRounds() != 0) {
        continue; // the score of a former last round: an uninterrupted run would not have it
      }
      if (entry.getValue() < least - config.minImprovement()) {
        least = entry.getValue();
        sinceImprovement = 0;
      } else {
        sinceImprovement++;
      }
    }
    return sinceImprovement >= config.patience().get();
  }
}
