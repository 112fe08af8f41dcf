package org.silotune.llm.script;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes tensors on a device, of what the processor's memory holds or of nothing, and fetches them.
 *
 * <p>What Java writes goes into page-locked memory, from where the device fetches it while this
 * thread goes on: libtorch keeps that memory until the copy is done, whatever becomes of the
 * handle, and then for the next values, for the process's life. So that is for what is sent again
 * and again, a batch's: a copy of ordinary memory may wait for the device. What stays on the device
 * is sent once, is {@linkplain #copy copied} from ordinary memory and waited for; so is what is
 * larger than {@value #LARGEST_PINNED} bytes, copies of mapped files, and copies back, which their
 * caller needs. For a thread inside its {@link ComputeThread}.
 */
final class DeviceTransfer {

  private static final ConcurrentHashMap<TensorDevice, DeviceTransfer> TRANSFERS =
      new ConcurrentHashMap<>();

  /** Ids, positions and rotary tables of 30,000 tokens are below it. */
  static final int LARGEST_PINNED = 32 << 20;

  /** Memory that the device itself reads. */
  static final String LOCKED = "pin_memory=True";

  private final ScriptModule script;
  private final long largestPinned;
  private final Runnable emptied;

  private DeviceTransfer(ScriptModule script, long largestPinned, Runnable emptied) {
    this.script = script;
    this.largestPinned = largestPinned;
    this.emptied = emptied;
  }

  /** Returns this process' transfer to a device, which stays for its life. */
  static DeviceTransfer to(TensorDevice device) {
    return TRANSFERS.computeIfAbsent(
        device, d -> compiled(d.label(), LOCKED, LARGEST_PINNED, JniUtils::emptyCudaCache));
  }

  /**
   * Compiles a transfer.
   *
   * @param device libtorch's name of it
   * @param memory where values wait to be fetched: {@link #LOCKED}, of which a libtorch for the
   *     processor has none
   * @param largestPinned how many bytes go through it at most
   * @param emptied gives the blocks that no tensor lies in back to the device
   */
  static DeviceTransfer compiled(
      String device, String memory, long largestPinned, Runnable emptied) {
    ScriptModule script =
        ScriptModule.compile(NativeScope.openOn(TensorDevice.processor()), text(device, memory));
    return new DeviceTransfer(script, largestPinned, emptied);
  }

  static String text(String device, String memory) {
    return """
        def pinned(self, count: int, dtype: int) -> Tensor:
          return torch.empty([count], dtype=dtype, device=torch.device("cpu"), MEMORY)

        def pageable(self, count: int, dtype: int) -> Tensor:
          return torch.empty([count], dtype=dtype, device=torch.device("cpu"))

        def fetched_by(self, x: Tensor, shape: List[int]) -> Tensor:
          return torch.to(torch.reshape(x, shape), torch.device("DEVICE"), None, True)

        def copied_in(self, x: Tensor, shape: List[int]) -> Tensor:
          return torch.to(torch.reshape(x, shape), torch.device("DEVICE"), None, False)

        def copied(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("DEVICE"), None, False, True)

        def zeros(self, shape: List[int]) -> Tensor:
          return torch.zeros(shape, dtype=6, device=torch.device("DEVICE"))

        def scalar(self, value: float) -> Tensor:
          return torch.full([], value, dtype=7, device=torch.device("DEVICE"))

        def fetched(self, x: Tensor) -> Tensor:
          return torch.to(x, torch.device("cpu"), None, False)
      """
        .replace("DEVICE", device)
        .replace("MEMORY", memory);
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

  /** Gives back what libtorch keeps of the memory of closed tensors. */
  void giveBack() {
    emptied.run();
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
