package org.silotune.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BootstrapTest {

  private static final Bootstrap BOOTSTRAP = Bootstrap.ofSeed(1);

  @Test
  void theIntervalOfAMeanIsThatOfTheBinomial() {
    var interval = BOOTSTRAP.of("a", Pooling.MEAN, truths(400, 120));
    double error = StrictMath.sqrt(0.3 * 0.7 / 400);
    assertThat(interval.score()).isEqualTo(0.3);
    assertThat(interval.low()).hasValueCloseTo(0.3 - 1.96 * error, within(0.006));
    assertThat(interval.high()).hasValueCloseTo(0.3 + 1.96 * error, within(0.006));
  }

  @Test
  void equalExamplesGiveTheSameBitsAndOtherLabelsOthers() {
    var scores = truths(50, 20);
    var first = BOOTSTRAP.of("a", Pooling.MEAN, scores);
    assertThat(BOOTSTRAP.of("a", Pooling.MEAN, scores)).isEqualTo(first);
    var others = new ArrayList<Interval>();
    for (String label : List.of("b", "c", "d", "e")) {
      others.add(BOOTSTRAP.of(label, Pooling.MEAN, scores));
    }
    assertThat(others)
        .anyMatch(other -> !other.low().equals(first.low()) || !other.high().equals(first.high()));
  }

  @Test
  void perplexityPoolsLossesOverWordsAndNotTexts() {
    var scores = List.of(new Score("word_perplexity", 10, 5), new Score("word_perplexity", 2, 1));
    var interval = BOOTSTRAP.of("a", Pooling.ofMetric("word_perplexity"), scores);
    assertThat(interval.score()).isCloseTo(StrictMath.exp(2), within(1e-12));
    assertThat(Pooling.ofMetric("bits_per_byte").of(10, 5))
        .isCloseTo(2 / StrictMath.log(2), within(1e-12));
    assertThat(Pooling.ofMetric("acc")).isEqualTo(Pooling.MEAN);
    assertThat(Pooling.smallerIsBetter("token_perplexity")).isTrue();
  }

  private static List<Score> truths(int count, int right) {
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scores.add(Score.ofTruth("acc", i < right));
    }
    return scores;
  }
}
