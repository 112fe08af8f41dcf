package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.model.ModelOptions;
import org.silotune.prep.job.PrepareConfig;

final class ExperimentConfigTest {

  private static final ExperimentConfig DEFAULTS = ExperimentConfig.defaults();

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(DEFAULTS)
        .isEqualTo(
            new ExperimentConfig(
                "tiny",
                ModelOptions.float32(),
                PrepareConfig.defaults(),
                LoraConfig.defaults(),
                FineTuneConfig.defaults(),
                FederatedConfig.defaults(),
                PlacementConfig.defaults(),
                DeviceKind.CPU,
                ReportConfig.defaults(),
                SparkConfig.defaults()));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(
            Arrays.stream(ExperimentConfig.class.getRecordComponents())
                .map(RecordComponent::getName))
        .containsExactly(
            "model",
            "precision",
            "data",
            "lora",
            "local",
            "federated",
            "placement",
            "device",
            "report",
            "spark");
  }

  @Test
  void anExperimentWithoutAModelIsRefused() {
    assertThatThrownBy(() -> DEFAULTS.withModel(" "))
        .isInstanceOf(FederationException.class)
        .hasMessage("Invalid model: must not be blank");
    assertThat(DEFAULTS.withModel("mine").withModel("tiny")).isEqualTo(DEFAULTS);
    assertThat(DEFAULTS.withData(PrepareConfig.defaults().withSeed(9)).data().seed()).isEqualTo(9);
  }
}
