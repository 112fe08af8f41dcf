package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silotune.fed.metrics.SplitLoss;

final class ValidationHistoryTest {

  @Test
  void lossesThatAreNotANumberUseUpThePatience() {
    ValidationHistory history = history(1, 2, 0);
    history.add(1, loss(2.0));
    history.add(2, loss(Double.NaN));
    assertThat(history.isExhausted()).isFalse();
    history.add(3, loss(Double.NaN));
    assertThat(history.isExhausted()).isTrue();
    assertThat(history.best()).contains(1);
  }

  @Test
  void aRunThatDivergedAtOnceIsExhaustedAndHasNoBestRound() {
    ValidationHistory history = history(1, 1, 0);
    history.add(1, loss(Double.NaN));
    assertThat(history.isExhausted()).isTrue();
    assertThat(history.best()).isEmpty();
  }

  @Test
  void roundsThatWereNotScoredCountForNothing() {
    ValidationHistory history = history(1, 1, 0);
    history.add(1, loss(2.0));
    history.add(2, SplitLoss.NONE);
    history.add(3, SplitLoss.NONE);
    assertThat(history.isExhausted()).isFalse();
    assertThat(history.best()).contains(1);
  }

  @Test
  void theLeastLossIsBestAndTheEarliestOfEquals() {
    ValidationHistory history = history(1, 9, 0);
    history.add(1, loss(2.0));
    history.add(2, loss(1.5));
    history.add(3, loss(1.5));
    history.add(4, loss(Double.POSITIVE_INFINITY));
    assertThat(history.best()).contains(2);
  }

  @Test
  void anImprovementBelowTheLeastOneCountsForNothing() {
    ValidationHistory history = history(1, 2, 0.1);
    history.add(1, loss(2.0));
    history.add(2, loss(1.95));
    history.add(3, loss(1.91));
    assertThat(history.isExhausted()).isTrue();
    history.add(4, loss(1.5));
    assertThat(history.isExhausted()).isFalse();
  }

  @Test
  void theScoreOfAFormerLastRoundCanBeTheBestButDoesNotUsePatience() {
    ValidationHistory history = history(2, 1, 0);
    history.add(2, loss(2.0));
    history.add(3, loss(2.5)); // scored because the run ended there once
    assertThat(history.isExhausted()).isFalse();
    history.add(5, loss(1.0));
    assertThat(history.best()).contains(5);
  }

  private static ValidationHistory history(int everyRounds, int patience, double minImprovement) {
    return new ValidationHistory(
        new EvaluationConfig(everyRounds, Optional.of(patience), minImprovement));
  }

  private static SplitLoss loss(double mean) {
    return new SplitLoss(5, 10, 10 * mean);
  }
}
