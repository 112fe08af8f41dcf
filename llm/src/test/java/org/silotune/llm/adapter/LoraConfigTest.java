package org.silotune.llm.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;

final class LoraConfigTest {

  private static final LoraConfig DEFAULTS = LoraConfig.defaults();

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(DEFAULTS)
        .isEqualTo(new LoraConfig(8, 16, 0, List.of("k_proj", "o_proj", "q_proj", "v_proj")));
    assertThat(DEFAULTS.targetModules()).isSorted();
    assertThat(DEFAULTS.scale()).isEqualTo(2);
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(Arrays.stream(LoraConfig.class.getRecordComponents()).map(RecordComponent::getName))
        .containsExactly("rank", "alpha", "dropout", "targetModules");
  }

  @Test
  void everyChangeIsOfItsSettingAlone() {
    assertThat(
            DEFAULTS
                .withRank(4)
                .withAlpha(2)
                .withDropout(0.5)
                .withTargetModules(List.of("up_proj", "q_proj")))
        .isEqualTo(new LoraConfig(4, 2, 0.5, List.of("q_proj", "up_proj")));
    assertThat(DEFAULTS.withRank(4).withRank(8)).isEqualTo(DEFAULTS);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> DEFAULTS.withRank(0))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid LoRA rank 0: must be >= 1");
    assertThatThrownBy(() -> DEFAULTS.withAlpha(0))
        .hasMessage("Invalid LoRA alpha 0.0: must be > 0");
    assertThatThrownBy(() -> DEFAULTS.withAlpha(Double.POSITIVE_INFINITY))
        .hasMessage("Invalid LoRA alpha Infinity: must be > 0");
    assertThatThrownBy(() -> DEFAULTS.withDropout(1))
        .hasMessage("Invalid LoRA dropout 1.0: must be in [0, 1)");
    assertThatThrownBy(() -> DEFAULTS.withDropout(Double.NaN))
        .hasMessage("Invalid LoRA dropout NaN: must be in [0, 1)");
    assertThatThrownBy(() -> DEFAULTS.withTargetModules(List.of()))
        .hasMessage("Missing LoRA target modules: name at least one");
  }
}
