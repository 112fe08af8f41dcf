package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a run may change between its starts. */
final class TrainRequestTest {

  private final TrainRequest request =
      new TrainRequest(ExperimentConfig.defaults(), new TreeMap<>(), Optional.empty(), "runs", "a");

  @Test
  void whereARunIsMadeMayChange() {
    assertThat(
            new String[] {
              "spark.master",
              "spark.settings.spark.executor.memory",
              "precision.offload",
              "placement.mode",
              "placement.hosts.north",
              "federated.recovery.stall-after",
              "data.source.dataset",
              "data.source.path"
            })
        .allMatch(request::mayChange);
  }

  @Test
  void whatItsBitsDependOnMayNot() {
    assertThat(
            new String[] {
              "model",
              "device",
              "precision.base",
              "lora.rank",
              "local.threads",
              "federated.seed",
              "federated.quorum",
              "data.max-length",
              "data.source.columns.output",
              "report.samples"
            })
        .noneMatch(request::mayChange);
  }
}
