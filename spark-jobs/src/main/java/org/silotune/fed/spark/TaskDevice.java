package org.silotune.fed.spark;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;

/**
 * The device that Spark gave a task, as the process sees it.
 *
 * <p>A GPU's address is an index, or an id such as {@code GPU-...} or {@code MIG-...}.
 */
final class TaskDevice {

  private static final String GPU = "gpu";

  private TaskDevice() {}

  /**
   * Returns the device of the task that has these resources.
   *
   * @param workers how many workers the task's cores hold
   * @throws FederationException if a GPU is asked for and none, or one this process cannot use, is
   *     given
   */
  static ComputeDevice of(
      DeviceKind kind, int workers, Map<String, ResourceInformation> resources) {
    return switch (kind) {
      case CPU -> new ComputeDevice.Cpu(workers);
      case GPU -> gpu(resources, VisibleGpus.ofThisProcess());
    };
  }

  static ComputeDevice gpu(Map<String, ResourceInformation> resources, VisibleGpus visible) {
    ResourceInformation gpus = resources.get(GPU);
    if (gpus == null || gpus.addresses().length == 0) {
      throw new FederationException(
          "Cannot use device gpu: Spark gave the task no gpu; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu");
    }
    String address = gpus.addresses()[0].strip();
    return new ComputeDevice.Gpu(address, visible.ordinal(address));
  }
}
