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

  private final PtNDManager manager;

  private NativeScope(PtNDManager manager) {
    this.manager = manager;
  }

  /** Opens a scope on the CPU below the process. */
  public static NativeScope openOnCpu() {
    return new NativeScope((PtNDManager) NativeEngine.get().newBaseManager(Device.cpu()));
  }

  /** Opens a scope below this one, on the same device. */
  public NativeScope open() {
    return new NativeScope((PtNDManager) manager.newSubManager());
  }

  PtNDManager manager() {
    return manager;
  }

  /** Copies float32 values. */
  public NativeTensor floats(float[] values, long... shape) {
    PtNDArray tensor = empty(values.length, DataType.FLOAT32, shape);
    memory(tensor).asFloatBuffer().put(values);
    return new NativeTensor(tensor);
  }

  /** Copies int64 values. */
  public NativeTensor longs(long[] values, long... shape) {
    PtNDArray tensor = empty(values.length, DataType.INT64, shape);
    memory(tensor).asLongBuffer().put(values);
    return new NativeTensor(tensor);
  }

  /** Copies bytes as uint8. */
  public NativeTensor bytes(byte[] values, long... shape) {
    PtNDArray tensor = empty(values.length, DataType.UINT8, shape);
    memory(tensor).put(values);
    return new NativeTensor(tensor);
  }

  /** Returns float32 zeros. */
  public NativeTensor zeros(long... shape) {
    try {
      return new NativeTensor((PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32));
    } catch (EngineException e) {
      throw NativeMemoryException.translated(e);
    }
  }

  /** Returns a float64 scalar, the seed of a backward pass from a float64 loss. */
  public NativeTensor scalar(double value) {
    return new NativeTensor(
        JniUtils.full(
            manager,
            new Shape(),
            value,
            DataType.FLOAT64,
            manager.getDevice(),
            SparseFormat.DENSE));
  }

  /** Refers to a piece of a file, which is never written to, without a copy on the CPU. */
  public NativeTensor mapped(PinnedMapping mapping, StorageType type, long... shape) {
    PtNDArray tensor = manager.create(mapping.bytes(), new Shape(shape), type.bridgeType());
    if (!type.isViewed()) {
      return new NativeTensor(tensor);
    }
    try (PtNDArray bits = tensor) {
      return new NativeTensor(
          new PtNDArray(manager, NativeView.of(bits.getHandle(), type.viewedAs())));
    }
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

  @Override
  public void close() {
    manager.close();
  }

  private PtNDArray empty(int valueCount, DataType type, long... shape) {
    Shape extents = new Shape(shape);
    if (extents.size() != valueCount) {
      throw new IllegalArgumentException(
          "Invalid shape %s for %d values".formatted(extents, valueCount));
    }
    Math.multiplyExact(valueCount, type.getNumOfBytes()); // what a buffer can address
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
