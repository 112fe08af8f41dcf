package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;

final class TaskDeviceTest {

  @Test
  void theProcessorNeedsNoResource() {
    assertThat(TaskDevice.of(DeviceKind.CPU, 3, Map.of())).isEqualTo(new ComputeDevice.Cpu(3));
  }

  @Test
  void askingForAGpuWhereNoneIsGivenIsAnError() {
    assertThatThrownBy(() -> TaskDevice.of(DeviceKind.GPU, 1, Map.of()))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use device gpu: Spark gave the task no gpu; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu");
  }

  @Test
  void theGpuIsWhereTheProcessSeesIt() {
    assertThat(
            TaskDevice.gpu(
                Map.of("gpu", new ResourceInformation("gpu", new String[] {"6"})),
                new VisibleGpus(Optional.of("4,6"), VisibleGpus.libc(), () -> true)))
        .isEqualTo(new ComputeDevice.Gpu("6", 1));
  }

  @Test
  void attemptsComeFromTheMasterInLocalModeAndFromSettingsElsewhere() {
    SparkConf conf = new SparkConf(false).set("spark.task.maxFailures", "7");

    assertThat(TaskAttempts.of(conf, "local[2,4]")).isEqualTo(4);
    assertThat(TaskAttempts.of(conf, "local[*]")).isEqualTo(1);
    assertThat(TaskAttempts.of(conf, "local")).isEqualTo(1);
    assertThat(TaskAttempts.of(conf, "spark://h:7077")).isEqualTo(7);
    assertThat(TaskAttempts.of(conf, "local-cluster[2,1,1024]")).isEqualTo(7);
  }
}
