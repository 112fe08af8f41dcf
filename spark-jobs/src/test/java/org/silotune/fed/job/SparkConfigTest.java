package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SparkConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(SparkConfig.defaults())
        .isEqualTo(new SparkConfig(Optional.empty(), new TreeMap<>()));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(Arrays.stream(SparkConfig.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly("master", "settings");
  }
}
