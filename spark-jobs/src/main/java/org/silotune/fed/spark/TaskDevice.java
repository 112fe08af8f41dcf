package org.silotune.fed.spark;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.resource.ResourceInformation;
import org.silotune.fed.FederationException;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;
import org.silotune.llm.LlmException;
import org.silotune.llm.script.EngineDevices;

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
   * @throws UnusableExecutorException if a GPU is asked for and none is given, or one is given that
   *     this process cannot use
   */
  static ComputeDevice of(
      DeviceKind kind, int workers, Map<String, ResourceInformation> resources) {
    return of(kind, workers, resources, VisibleGpus.ofThisProcess(), EngineDevices::ofThisProcess);
  }

  /**
   * @param engine what the process' engine can compute on: asked after the GPU has been made
   *     visible, for an engine sees its devices once
   */
  static ComputeDevice of(
      DeviceKind kind,
      int workers,
      Map<String, ResourceInformation> resources,
      VisibleGpus visible,
      Supplier<EngineDevices> engine) {
    ComputeDevice cores = new ComputeDevice.Cpu(workers);
    Optional<String> address = address(resources);
    return switch (kind) {
      case CPU -> cores;
      case AUTO -> address.map(given -> gpu(given, visible, engine)).orElse(cores);
      case GPU ->
          address
              .map(given -> gpu(given, visible, engine))
              .orElseThrow(
                  () ->
                      new UnusableExecutorException(
                          "Cannot use device gpu: Spark gave the task no gpu; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu"));
    };
  }

  private static ComputeDevice gpu(
      String address, VisibleGpus visible, Supplier<EngineDevices> engine) {
    try {
      ComputeDevice gpu = new ComputeDevice.Gpu(address, visible.ordinal(address));
      engine.get().require(gpu.tensors());
      return gpu;
    } catch (LlmException e) {
      throw new UnusableExecutorException(
          "Cannot use gpu %s: %s".formatted(address, e.getMessage()), e);
    } catch (FederationException e) {
      throw new UnusableExecutorException(e.getMessage(), e);
    }
  }

  private static Optional<String> address(Map<String, ResourceInformation> resources) {
    return Optional.ofNullable(resources.get(GPU))
        .filter(gpus -> gpus.addresses().length > 0)
        .map(gpus -> gpus.addresses()[0].strip());
  }
}
