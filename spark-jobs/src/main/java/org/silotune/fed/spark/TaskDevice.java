package org.silotune.fed.spark;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;

/**
 * The device that Spark gave a task, as the process sees it.
 *
 * <p>A GPU's address is an index, an id such as {@code GPU-...} or {@code MIG-...}. An address that
 * {@code CUDA_VISIBLE_DEVICES} lists is its place in that list; any other index is the ordinal
 * itself. An id that is not listed is made the only visible device before the engine loads, which
 * can happen once a process.
 */
final class TaskDevice {

  private static final String GPU = "gpu";
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  /** The id that this process was narrowed to, if any. */
  private static @Nullable String onlyVisible;

  /** The C library's environment, which native code reads after {@code System.getenv} is fixed. */
  interface CLibrary extends Library {
    int setenv(String name, String value, int overwrite);
  }

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
      case GPU -> gpu(resources, Optional.ofNullable(System.getenv(VISIBLE)));
    };
  }

  static ComputeDevice gpu(Map<String, ResourceInformation> resources, Optional<String> visible) {
    ResourceInformation gpus = resources.get(GPU);
    if (gpus == null || gpus.addresses().length == 0) {
      throw new FederationException(
          "Cannot use device gpu: Spark gave the task no gpu; set spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or device: cpu");
    }
    String address = gpus.addresses()[0].strip();
    List<String> listed =
        visible.map(v -> Arrays.stream(v.split(",")).map(String::strip).toList()).orElse(List.of());
    if (listed.contains(address)) {
      return new ComputeDevice.Gpu(address, listed.indexOf(address));
    }
    if (address.matches("\\d{1,4}")) {
      return new ComputeDevice.Gpu(address, index(address, listed));
    }
    if (!address.matches("(GPU|MIG)-[A-Za-z0-9/._-]+")) {
      throw new FederationException(
          "Invalid gpu address '%s': must be an index, or an id that begins with GPU- or MIG-"
              .formatted(address));
    }
    narrow(address);
    return new ComputeDevice.Gpu(address, 0);
  }

  private static int index(String address, List<String> listed) {
    int index = Integer.parseInt(address);
    if (!listed.isEmpty() && index >= listed.size()) {
      throw new FederationException(
          "Cannot use gpu %s: %s=%s shows this process %d devices"
              .formatted(address, VISIBLE, String.join(",", listed), listed.size()));
    }
    return index;
  }

  private static synchronized void narrow(String id) {
    if (id.equals(onlyVisible)) {
      return;
    }
    if (onlyVisible != null) {
      throw new FederationException(
          "Cannot use gpu %s: this process already computes on %s and can use one id only; give each executor one gpu"
              .formatted(id, onlyVisible));
    }
    int status = Native.load("c", CLibrary.class).setenv(VISIBLE, id, 1);
    if (status != 0) {
      throw new FederationException(
          "Cannot use gpu %s: setenv %s gave status %d".formatted(id, VISIBLE, status));
    }
    onlyVisible = id;
  }
}
