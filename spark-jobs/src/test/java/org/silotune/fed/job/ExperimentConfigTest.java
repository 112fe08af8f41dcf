package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.round.FederatedConfig;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.LossScaling;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.ModelOptions;
import org.silotune.prep.job.PrepareConfig;

final class ExperimentConfigTest {

  private static final ExperimentConfig DEFAULTS = ExperimentConfig.defaults();
  private static final FederatedConfig EXACT = exact(DEFAULTS.federated());

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
  void whatDoesNotGoTogetherIsRefusedBeforeAnythingRuns() {
    FineTuneConfig scaled = DEFAULTS.local().withLossScale(new LossScaling(8, 5));
    assertThatThrownBy(() -> with(ModelOptions.float32(), scaled, DeviceKind.CPU))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid loss scale: losses are scaled where precision.compute is float16 alone, and it is float32; leave local.loss-scale out");
    ModelOptions float16 = new ModelOptions(BaseFormat.BFLOAT16, ComputeType.FLOAT16);
    assertThat(with(float16, scaled, DeviceKind.AUTO).local()).isEqualTo(scaled);
  }

  @Test
  void exactBitsAreNotPromisedOfAGpu() {
    for (DeviceKind device : List.of(DeviceKind.GPU, DeviceKind.AUTO)) {
      assertThatThrownBy(() -> with(EXACT, device))
          .isInstanceOf(FederationException.class)
          .hasMessage(
              "Invalid federated.exact true: a GPU adds in an order of its own, so its bits are not those of another run; set it to false, or device: cpu");
    }
    assertThat(with(EXACT, DeviceKind.CPU).federated().exact()).isTrue();
  }

  private static ExperimentConfig with(
      ModelOptions precision, FineTuneConfig local, DeviceKind device) {
    return with(precision, local, DEFAULTS.federated(), device);
  }

  private static FederatedConfig exact(FederatedConfig of) {
    return new FederatedConfig(
        of.rounds(),
        of.seed(),
        of.client(),
        of.server(),
        of.weighting(),
        of.sampling(),
        of.quorum(),
        of.clipNorm(),
        of.deadline(),
        of.allowEmptySilos(),
        of.carryOptimizer(),
        of.scheduleSpan(),
        true,
        of.evaluation(),
        of.recovery());
  }

  private static ExperimentConfig with(FederatedConfig federated, DeviceKind device) {
    return with(DEFAULTS.precision(), DEFAULTS.local(), federated, device);
  }

  private static ExperimentConfig with(
      ModelOptions precision, FineTuneConfig local, FederatedConfig federated, DeviceKind device) {
    return new ExperimentConfig(
        DEFAULTS.model(),
        precision,
        DEFAULTS.data(),
        DEFAULTS.lora(),
        local,
        federated,
        DEFAULTS.placement(),
        device,
        DEFAULTS.report(),
        DEFAULTS.spark());
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
