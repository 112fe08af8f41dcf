package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.fed.client.Placement;

final class PlacementConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(PlacementConfig.defaults())
        .isEqualTo(new PlacementConfig(Placement.STRICT, new TreeMap<>()));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(
            Arrays.stream(PlacementConfig.class.getRecordComponents())
                .map(RecordComponent::getName))
        .containsExactly("mode", "hosts");
  }
}
