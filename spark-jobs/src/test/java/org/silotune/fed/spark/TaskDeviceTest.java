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
  void anIndexIsTheOrdinalAndAListedAddressItsPlaceInTheList() {
    assertThat(TaskDevice.gpu(gpu("1"), Optional.empty())).isEqualTo(new ComputeDevice.Gpu("1", 1));
    assertThat(TaskDevice.gpu(gpu("6"), Optional.of("4,6")))
        .isEqualTo(new ComputeDevice.Gpu("6", 1));
    assertThat(TaskDevice.gpu(gpu("0"), Optional.of("GPU-aa, GPU-bb")))
        .isEqualTo(new ComputeDevice.Gpu("0", 0));
    assertThat(TaskDevice.gpu(gpu("GPU-bb"), Optional.of("GPU-aa, GPU-bb")))
        .isEqualTo(new ComputeDevice.Gpu("GPU-bb", 1));
    assertThatThrownBy(() -> TaskDevice.gpu(gpu("2"), Optional.of("GPU-aa,GPU-bb")))
        .hasMessage(
            "Cannot use gpu 2: CUDA_VISIBLE_DEVICES=GPU-aa,GPU-bb shows this process 2 devices");
  }

  @Test
  void aMigIdNarrowsTheProcessOnce() {
    String id = "MIG-41b1e8a8-7f0c-5a3e-9a52-0d1d3f2b7c11";

    assertThat(TaskDevice.gpu(gpu(id), Optional.empty())).isEqualTo(new ComputeDevice.Gpu(id, 0));
    assertThat(TaskDevice.gpu(gpu(id), Optional.empty())).isEqualTo(new ComputeDevice.Gpu(id, 0));
    assertThatThrownBy(() -> TaskDevice.gpu(gpu("MIG-other"), Optional.empty()))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Cannot use gpu MIG-other: this process already computes on %s and can use one id only; give each executor one gpu"
                .formatted(id));
  }

  @Test
  void addressesOfNoKnownFormAreRefused() {
    assertThatThrownBy(() -> TaskDevice.gpu(gpu("cuda:0"), Optional.empty()))
        .hasMessage(
            "Invalid gpu address 'cuda:0': must be an index, or an id that begins with GPU- or MIG-");
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

  private static Map<String, ResourceInformation> gpu(String address) {
    return Map.of("gpu", new ResourceInformation("gpu", new String[] {address}));
  }
}
