package org.silotune.eval.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.eval.task.ChoiceMetric;

final class ChoiceScoresTest {

  private static final List<ChoiceMetric> BOTH = List.of(ChoiceMetric.ACC, ChoiceMetric.ACC_NORM);

  @Test
  void aLongChoiceMayBeLikelierByItsLength() {
    var scores = ChoiceScores.of(BOTH, List.of("ab", "abcdefgh"), List.of(-4.0, -8.0), 1);
    assertThat(scores).containsExactly(new Score("acc", 0, 1), new Score("acc_norm", 1, 1));
  }

  @Test
  void lengthIsInCharactersAsTheHarnessCounts() {
    // Four UTF-16 units and eight bytes, but two characters: -4 / 2 is below -3.9 / 2.
    var all = List.of(ChoiceMetric.ACC, ChoiceMetric.ACC_NORM, ChoiceMetric.ACC_BYTES);
    var scores =
        ChoiceScores.of(all, List.of("\ud83d\ude00\ud83d\ude00", "ab"), List.of(-4.0, -3.9), 1);
    assertThat(scores)
        .containsExactly(
            new Score("acc", 1, 1), new Score("acc_norm", 1, 1), new Score("acc_bytes", 0, 1));
  }

  @Test
  void ofEquallyLikelyChoicesTheFirstIsChosen() {
    assertThat(ChoiceScores.likeliest(List.of(-2.0, -1.0, -1.0))).isEqualTo(1);
  }
}
