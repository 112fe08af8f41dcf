package org.silotune.fed.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecoveryConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(RecoveryConfig.defaults())
        .isEqualTo(new RecoveryConfig(Duration.ofMinutes(30), 3, Optional.of(1)));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(
            Arrays.stream(RecoveryConfig.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly("stallAfter", "placementAttempts", "keepRounds");
  }
}
