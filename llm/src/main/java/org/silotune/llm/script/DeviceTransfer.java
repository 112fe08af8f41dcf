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
 * handle, and then for the next values, for the process's life. So what is larger than {@value
 * #LARGEST_PINNED} bytes, such as a matrix that is trained, goes through ordinary memory, and
 * waits; what is small must not, for a copy of ordinary memory may wait for the device. Copies of
 * mapped files and copies back wait until they are done: their caller needs them. For a thread
 * inside its {@link ComputeThread}.
 */
final class DeviceTransfer {

  private static final ConcurrentHashMap<TensorDevice, DeviceTransfer> TRANSFERS =
      new ConcurrentHashMap<>();

  /** The widest dropout mask or hidden state of a micro-batch is below it, an embedding above. */
  static final int LARGEST_PINNED = 32 << 20;

  private final ScriptModule script;
  private final long largestPinned;

  private DeviceTransfer(ScriptModule script, long largestPinned) {
    this.script = script;
    this.largestPinned = largestPinned;
  }

  /** Returns this process' transfer to a device, which stays for its life. */
  static DeviceTransfer to(TensorDevice device) {
    return TRANSFERS.computeIfAbsent(device, d -> compiled(d.label(), LARGEST_PINNED));
  }

  /**
   * Compiles a transfer.
   *
   * @param device libtorch's name of it
   * @param largestPinned how many bytes go through page-locked memory at most, of which a libtorch
   *     for the processor has none
   */
  static DeviceTransfer compiled(String device, long largestPinned) {
    ScriptModule script =
        ScriptModule.compile(NativeScope.openOn(TensorDevice.processor()), text(device));
    return new DeviceTransfer(script, largestPinned);
  }

  static String text(String device) {
    return """
        def pinned(self, count: int, dtype: int) -> Tensor:
          return torch.empty([count], dtype=dtype, device=torch.device("cpu"), pin_memory=True)

        def pageable(self, count: int, dtype: int) -> Tensor:
          return torch.empty([count], dtype=dtype, device=torch.device("cpu"))

        def fetched_by(self, x: Tensor, shape: List[int]) -> Tensor:
          return torch.to(torch.reshape(x, shape), torch.device("DEVICE"), None, True)

        def copied_in(self, x: Tensor, shape: List[int]) -> Tensor:
          return torch.to(torch.reshape(x, shape), torch.device("DEVICE"), None, False)

        def copied(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("DEVICE"), None, False)

        def zeros(self, shape: List[int]) -> Tensor:
          return torch.zeros(shape, dtype=6, device=torch.device("DEVICE"))

        def scalar(self, value: float) -> Tensor:
          return torch.full([], value, dtype=7, device=torch.device("DEVICE"))

        def fetched(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("cpu"), None, False)
      """
        .replace("DEVICE", device);
  }

  /** Returns memory of the processor to write values into, which the caller closes. */
  PtNDArray staged(NativeScope scope, int count, DataType type) {
    return script
        .call(isPinned(bytes(count, type)) ? "pinned" : "pageable")
        .integer(count)
        .integer(code(type))
        .toTensor(scope)
        .array();
  }

  /** Starts the copy of what was written to the device, and waits for a large one. */
  NativeTensor send(NativeScope scope, PtNDArray staged, long... shape) {
    long bytes = bytes(staged.size(), staged.getDataType());
    return script
        .call(isPinned(bytes) ? "fetched_by" : "copied_in")
        .tensor(new NativeTensor(staged))
        .integers(shape)
        .toTensor(scope);
  }

  /** Returns whether that much goes through page-locked memory. */
  boolean isPinned(long bytes) {
    return bytes <= largestPinned;
  }

  private static long bytes(long count, DataType type) {
    return count * type.getNumOfBytes();
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
