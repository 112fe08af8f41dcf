package org.silotune.llm.script;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes tensors on a device, of what the processor's memory holds or of nothing, and fetches them.
 *
 * <p>What Java writes goes into page-locked memory, from where the device fetches it while this
 * thread goes on: libtorch keeps that memory until the copy is done, whatever becomes of the
 * handle. Copies of mapped files and copies back wait until they are done. For a thread inside its
 * {@link ComputeThread}.
 */
final class DeviceTransfer {

  private static final ConcurrentHashMap<TensorDevice, DeviceTransfer> TRANSFERS =
      new ConcurrentHashMap<>();

  private final ScriptModule script;

  private DeviceTransfer(ScriptModule script) {
    this.script = script;
  }

  /** Returns this process' transfer to a device, which stays for its life. */
  static DeviceTransfer to(TensorDevice device) {
    return TRANSFERS.computeIfAbsent(device, d -> compiled(d.label(), /* pinned= */ true));
  }

  /**
   * Compiles a transfer.
   *
   * @param device libtorch's name of it
   * @param pinned whether values of the heap go through page-locked memory, which a libtorch for
   *     the processor has not
   */
  static DeviceTransfer compiled(String device, boolean pinned) {
    return new DeviceTransfer(
        ScriptModule.compile(NativeScope.openOn(TensorDevice.processor()), text(device, pinned)));
  }

  static String text(String device, boolean pinned) {
    return """
        def staged(self, count: int, dtype: int) -> Tensor:
          return torch.empty([count], dtype=dtype, device=torch.device("cpu"), pin_memory=PINNED)

        def sent(self, x: Tensor, shape: List[int]) -> Tensor:
          return torch.to(torch.reshape(x, shape), torch.device("DEVICE"), None, True)

        def copied(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("DEVICE"), None, False)

        def zeros(self, shape: List[int]) -> Tensor:
          return torch.zeros(shape, dtype=6, device=torch.device("DEVICE"))

        def scalar(self, value: float) -> Tensor:
          return torch.full([], value, dtype=7, device=torch.device("DEVICE"))

        def fetched(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("cpu"), None, False)
      """
        .replace("PINNED", pinned ? "True" : "False")
        .replace("DEVICE", device);
  }

  /** Returns memory of the processor to write values into, which the caller closes. */
  PtNDArray staged(NativeScope scope, int count, DataType type) {
    return script.call("staged").integer(count).integer(code(type)).toTensor(scope).array();
  }

  /** Starts the copy of what was written to the device. */
  NativeTensor send(NativeScope scope, PtNDArray staged, long... shape) {
    return script.call("sent").tensor(new NativeTensor(staged)).integers(shape).toTensor(scope);
  }

  /** Copies a tensor of the processor, and waits for it. */
  NativeTensor copy(NativeScope scope, NativeTensor tensor) {
    return script.call("copied").tensor(tensor).toTensor(scope);
  }

  /** Makes float32 zeros on the device. */
  NativeTensor zeros(NativeScope scope, long... shape) {
    return script.call("zeros").integers(shape).toTensor(scope);
  }

  /** Makes a float64 scalar on the device. */
  NativeTensor scalar(NativeScope scope, double value) {
    return script.call("scalar").number(value).toTensor(scope);
  }

  /** Copies a tensor of the device to the processor, which waits for what it is computed from. */
  PtNDArray fetch(PtNDManager manager, NativeTensor tensor) {
    return script.call("fetched").tensor(tensor).toArray(manager);
  }

  /** The type's number in scripts. */
  private static int code(DataType type) {
    if (type == DataType.FLOAT32) {
      return 6;
    }
    if (type == DataType.INT64) {
      return 4;
    }
    if (type == DataType.UINT8) {
      return 0;
    }
    throw new IllegalStateException("Not a type of values that Java sends: " + type);
  }
}
