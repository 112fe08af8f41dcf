package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;

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

  @Test
  void anotherTimeZoneThanUtcIsRefused() {
    assertThat(settings("UTC").settings()).hasSize(1);
    assertThatThrownBy(() -> settings("Asia/Tokyo"))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid spark.sql.session.timeZone Asia/Tokyo: must be UTC, for silos, ids and high-water marks of timestamps are texts, which would be others in each zone; leave it out");
  }

  private static SparkConfig settings(String zone) {
    return new SparkConfig(
        Optional.empty(), new TreeMap<>(Map.of("spark.sql.session.timeZone", zone)));
  }
}
