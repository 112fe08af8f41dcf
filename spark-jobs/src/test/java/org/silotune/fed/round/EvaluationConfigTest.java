package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvaluationConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(EvaluationConfig.defaults()).isEqualTo(new EvaluationConfig(1, Optional.empty(), 0));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(
            Arrays.stream(EvaluationConfig.class.getRecordComponents())
                .map(RecordComponent::getName))
        .containsExactly("everyRounds", "patience", "minImprovement");
  }
}
