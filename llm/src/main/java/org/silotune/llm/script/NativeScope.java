package org.silotune.llm.script;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.PinnedMapping;

/**
 * The owner of native tensors: closing a scope closes what was made in it and in the scopes below.
 *
 * <p>Scopes nest process &gt; model &gt; task &gt; step. Autograd, lists and operators that run
 * refer to memory, not to Java objects, so no tensor lies over memory that Java may free: data from
 * the heap is copied into memory that the engine owns, and {@link #mapped} takes mappings that are
 * never undone. Only the element types that the engine's bridge maps can be asked for: any other
 * aborts the process. One thread at a time, but a child may be used by another thread than its
 * parent.
 */
public final class NativeScope implements AutoCloseable {

  /** The engine's keeper of handles knows no other device: it only frees what it holds. */
  private static final Device PROCESSOR = EngineDevices.engineDevice(TensorDevice.processor());

  private final PtNDManager manager;
  private final TensorDevice device;
  private final Optional<DeviceTransfer> transfer;

  private NativeScope(PtNDManager manager, TensorDevice device, Optional<DeviceTransfer> transfer) {
    this.manager = manager;
    this.device = device;
    this.transfer = transfer;
  }

  /**
   * Opens a scope below the process.
   *
   * @throws LlmException if this process' engine cannot compute on {@code device}
   */
  public static NativeScope openOn(TensorDevice device) {
    if (!device.isGpu()) {
      return openOn(device, Optional.empty());
    }
    EngineDevices.ofThisProcess().require(device);
    return openOn(device, Optional.of(DeviceTransfer.to(device)));
  }

  /**
   * Opens a scope below the process.
   *
   * @param transfer the way of values to the device; empty where they are written in place
   */
  static NativeScope openOn(TensorDevice device, Optional<DeviceTransfer> transfer) {
    var manager = (PtNDManager) NativeEngine.get().newBaseManager(PROCESSOR);
    return new NativeScope(manager, device, transfer);
  }

  /** Opens a scope below this one, on the same device. */
  public NativeScope open() {
    return new NativeScope((PtNDManager) manager.newSubManager(), device, transfer);
  }

  /** Opens a scope below this one for what stays in the processor's memory. */
  public NativeScope openOnProcessor() {
    return new NativeScope(
        (PtNDManager) manager.newSubManager(), TensorDevice.processor(), Optional.empty());
  }

  /** Returns where the scope's tensors lie. */
  public TensorDevice device() {
    return device;
  }

  PtNDManager manager() {
    return manager;
  }

  /** Copies float32 values. */
  public NativeTensor floats(float[] values, long... shape) {
    return filled(
        values.length, DataType.FLOAT32, memory -> memory.asFloatBuffer().put(values), shape);
  }

  /**
   * Copies float32 values that stay, such as trained tensors: to a device through ordinary memory,
   * which is waited for and leaves nothing behind.
   */
  public NativeTensor lastingFloats(float[] values, long... shape) {
    if (transfer.isEmpty()) {
      return floats(values, shape);
    }
    try (NativeScope host = openOn(TensorDevice.processor(), Optional.empty());
        NativeTensor ordinary = host.floats(values, shape)) {
      return transfer.get().copy(this, ordinary);
    }
  }

  /** Copies int64 values. */
  public NativeTensor longs(long[] values, long... shape) {
    return filled(
        values.length, DataType.INT64, memory -> memory.asLongBuffer().put(values), shape);
  }

  /** Copies bytes as uint8. */
  public NativeTensor bytes(byte[] values, long... shape) {
    return filled(values.length, DataType.UINT8, memory -> memory.put(values), shape);
  }

  /** Returns float32 zeros. */
  public NativeTensor zeros(long... shape) {
    if (transfer.isPresent()) {
      return transfer.get().zeros(this, shape);
    }
    try {
      return new NativeTensor((PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32));
    } catch (EngineException e) {
      throw NativeMemoryException.translated(e);
    }
  }

  /** Returns a float64 scalar, the seed of a backward pass from a float64 loss. */
  public NativeTensor scalar(double value) {
    if (transfer.isPresent()) {
      return transfer.get().scalar(this, value);
    }
    return new NativeTensor(
        JniUtils.full(
            manager,
            new Shape(),
            value,
            DataType.FLOAT64,
            manager.getDevice(),
            SparseFormat.DENSE));
  }

  /**
   * Refers to a piece of a file, which is never written to, without a copy on the processor; on
   * another device it is a copy, and the piece can be released.
   */
  public NativeTensor mapped(PinnedMapping mapping, StorageType type, long... shape) {
    if (transfer.isEmpty()) {
      return mappedInPlace(mapping, type, shape);
    }
    try (NativeScope host = openOn(TensorDevice.processor());
        NativeTensor bytes = host.mappedInPlace(mapping, type, shape)) {
      return transfer.get().copy(this, bytes);
    }
  }

  private NativeTensor mappedInPlace(PinnedMapping mapping, StorageType type, long... shape) {
    PtNDArray tensor = manager.create(mapping.bytes(), new Shape(shape), type.bridgeType());
    if (!type.isViewed()) {
      return new NativeTensor(tensor);
    }
    try (NativeTensor bits = new NativeTensor(tensor)) {
      return viewed(bits, type);
    }
  }

  /**
   * Returns a tensor's bytes as values of another type, without a copy; the last extent changes
   * with the width of a value.
   */
  public NativeTensor viewed(NativeTensor tensor, StorageType type) {
    return new NativeTensor(
        new PtNDArray(manager, NativeView.of(tensor.array().getHandle(), type.code())));
  }

  /** Moves a tensor made in a scope below into this one, so that it outlives that scope. */
  public NativeTensor adopt(NativeTensor tensor) {
    tensor.array().attach(manager);
    return tensor;
  }

  /** Returns how many tensors this scope and those below it hold, for leak checks. */
  public int heldCount() {
    return manager.getManagedArrays().size();
  }

  /**
   * Gives what the device keeps of closed tensors, for its next ones, back to other processes; a
   * processor's has gone already. All work of this process on all its devices is waited for.
   */
  public void giveBack() {
    transfer.ifPresent(DeviceTransfer::giveBack);
  }

  @Override
  public void close() {
    manager.close();
  }

  private NativeTensor filled(
      int valueCount, DataType type, Consumer<ByteBuffer> values, long... shape) {
    Shape extents = new Shape(shape);
    if (extents.size() != valueCount) {
      throw new IllegalArgumentException(
          "Invalid shape %s for %d values".formatted(extents, valueCount));
    }
    Math.multiplyExact(valueCount, type.getNumOfBytes()); // what a buffer can address
    if (transfer.isPresent()) {
      try (PtNDArray staged = transfer.get().staged(this, valueCount, type)) {
        values.accept(memory(staged));
        return transfer.get().send(this, staged, shape);
      }
    }
    PtNDArray tensor = empty(type, extents);
    values.accept(memory(tensor));
    return new NativeTensor(tensor);
  }

  private PtNDArray empty(DataType type, Shape extents) {
    try {
      return JniUtils.createEmptyNdArray(
          manager, extents, type, manager.getDevice(), SparseFormat.DENSE);
    } catch (EngineException e) {
      throw NativeMemoryException.translated(e);
    }
  }

  /**
   * The memory of a tensor itself, for as long as the tensor is open. A direct buffer of Java's
   * own, to be copied from, would stay allocated until a garbage collection, at dropout's rate
   * gigabytes of it.
   */
  private static ByteBuffer memory(PtNDArray tensor) {
    return JniUtils.getByteBuffer(tensor, /* tryDirect= */ true).order(ByteOrder.nativeOrder());
  }
}
