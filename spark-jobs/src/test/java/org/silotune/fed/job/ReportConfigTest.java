package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ReportConfigTest {

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(ReportConfig.defaults()).isEqualTo(new ReportConfig(3, AnswerCheck.NONE, 50, 96));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(
            Arrays.stream(ReportConfig.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly("samples", "exactMatch", "checkedRows", "maxNewTokens");
  }
}
