package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.metrics.SplitScores;

final class ValidationHistoryTest {

  private static final SplitScores NOT_SCORED = scores(Map.of("a", SplitLoss.NONE));

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
    history.add(2, NOT_SCORED);
    history.add(3, NOT_SCORED);
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

  @Test
  void aRoundThatTheHardSiloDidNotScoreIsNotBetterForIt() {
    ValidationHistory history = history(1, 2, 0);
    history.add(1, scores(Map.of("easy", mean(2.0), "hard", mean(6.0))));
    history.add(2, scores(Map.of("easy", mean(1.5), "hard", mean(5.0))));
    history.add(3, scores(Map.of("easy", mean(1.75))));

    assertThat(history.best()).contains(2);
  }

  @Test
  void aSiloThatIsGoneForGoodLeavesTheOthersToDecide() {
    ValidationHistory history = history(1, 2, 0);
    history.add(1, scores(Map.of("easy", mean(2.0), "hard", mean(6.0))));
    history.add(2, scores(Map.of("easy", mean(2.25))));
    history.add(3, scores(Map.of("easy", mean(2.5))));

    assertThat(history.best()).contains(1);
    assertThat(history.isExhausted()).isTrue();
  }

  @Test
  void roundsWithoutACommonSiloAreNotCompared() {
    ValidationHistory history = history(1, 1, 0);
    history.add(1, scores(Map.of("a", mean(2.0))));
    history.add(2, scores(Map.of("b", mean(1.0))));

    assertThat(history.best()).isEmpty();
    assertThat(history.isExhausted()).isFalse();
  }

  private static ValidationHistory history(int everyRounds, int patience, double minImprovement) {
    return new ValidationHistory(
        new EvaluationConfig(everyRounds, Optional.of(patience), minImprovement));
  }

  private static SplitScores loss(double mean) {
    return scores(Map.of("a", mean(mean)));
  }

  private static SplitScores scores(Map<String, SplitLoss> bySilo) {
    return new SplitScores(new TreeMap<>(bySilo));
  }

  private static SplitLoss mean(double mean) {
    return new SplitLoss(5, 10, 10 * mean);
  }
}
