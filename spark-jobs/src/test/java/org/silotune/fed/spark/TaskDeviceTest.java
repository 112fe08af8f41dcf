package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;
import org.silotune.llm.script.EngineDevices;

final class TaskDeviceTest {

  private static final Map<String, ResourceInformation> SIXTH =
      Map.of("gpu", new ResourceInformation("gpu", new String[] {"6"}));

  @Test
  void theProcessorNeedsNoResource() {
    assertThat(TaskDevice.of(DeviceKind.CPU, 3, Map.of())).isEqualTo(new ComputeDevice.Cpu(3));
  }

  @Test
  void askingForAGpuWhereNoneIsGivenIsAnError() {
    assertThatThrownBy(() -> TaskDevice.of(DeviceKind.GPU, 1, Map.of()))
        .isInstanceOf(UnusableExecutorException.class)
        .hasMessage(
            "Cannot use device gpu: Spark gave the task no gpu; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu");
  }

  @Test
  void theGpuIsWhereTheProcessSeesIt() {
    assertThat(device(DeviceKind.GPU, SIXTH, 2)).isEqualTo(new ComputeDevice.Gpu("6", 1));
  }

  @Test
  void aGivenGpuThatTheEngineDoesNotSeeIsAnError() {
    for (DeviceKind kind : List.of(DeviceKind.GPU, DeviceKind.AUTO)) {
      assertThatThrownBy(() -> device(kind, SIXTH, 1))
          .isInstanceOf(UnusableExecutorException.class)
          .hasMessage(
              "Cannot use gpu 6: Cannot compute on cuda:1: libtorch refuses it (no such device); look at CUDA_VISIBLE_DEVICES; or set device: cpu");
    }
  }

  @Test
  void autoTakesTheGpuThatIsGivenElseTheCores() {
    assertThat(device(DeviceKind.AUTO, SIXTH, 2)).isEqualTo(new ComputeDevice.Gpu("6", 1));
    assertThat(device(DeviceKind.AUTO, Map.of(), 2)).isEqualTo(new ComputeDevice.Cpu(3));
    assertThat(device(DeviceKind.CPU, SIXTH, 2)).isEqualTo(new ComputeDevice.Cpu(3));
  }

  /** An engine that was asked first would not see what is made visible afterwards. */
  @Test
  void theEngineIsAskedAfterTheGpuIsMadeVisible() {
    var asked = new ArrayList<String>();
    var visible = new VisibleGpus(Optional.of("4,6"), VisibleGpus.libc(), () -> false);
    assertThatThrownBy(
            () ->
                TaskDevice.of(
                    DeviceKind.AUTO,
                    1,
                    Map.of("gpu", new ResourceInformation("gpu", new String[] {"cuda:6"})),
                    visible,
                    () -> {
                      asked.add("engine");
                      return new EngineDevices(true, true, gpu -> Optional.empty());
                    }))
        .hasMessageStartingWith("Invalid gpu address 'cuda:6'");
    assertThat(asked).isEmpty();
  }

  /** A task of three cores in a process that sees GPUs 4 and 6, and whose engine sees some. */
  private static ComputeDevice device(
      DeviceKind kind, Map<String, ResourceInformation> resources, int seen) {
    return TaskDevice.of(
        kind,
        3,
        resources,
        new VisibleGpus(Optional.of("4,6"), VisibleGpus.libc(), () -> true),
        () ->
            new EngineDevices(
                /* library= */ true,
                /* seesGpu= */ true,
                gpu -> gpu.ordinal() < seen ? Optional.empty() : Optional.of("no such device")));
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
