package org.silotune.llm.script;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The owner of native tensors: closing a scope closes what was made in it and in the scopes below.
 *
 * <p>Scopes nest process &gt; model &gt; task &gt; step. Data from the heap is copied into memory
 * that the engine owns, because autograd refers to memory, not to Java objects; only {@link
 * #mapped} refers to memory of a Java buffer, for weights that stay open as long as their model.
 * Only the element types that the engine's bridge maps can be asked for: any other aborts the
 * process. One thread at a time, but a child may be used by another thread than its parent.
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
    ByteBuffer bytes = direct((long) values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return copied(bytes, DataType.FLOAT32, shape);
  }

  /** Copies int64 values. */
  public NativeTensor longs(long[] values, long... shape) {
    ByteBuffer bytes = direct((long) values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return copied(bytes, DataType.INT64, shape);
  }

  /** Copies bytes as uint8. */
  public NativeTensor bytes(byte[] values, long... shape) {
    ByteBuffer bytes = direct(values.length);
    bytes.put(values).flip();
    return copied(bytes, DataType.UINT8, shape);
  }

  /** Returns float32 zeros. */
  public NativeTensor zeros(long... shape) {
    return new NativeTensor((PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32));
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
            ai.djl.ndarray.types.SparseFormat.DENSE));
  }

  /**
   * Refers to the memory of a direct little-endian buffer, without a copy on the CPU; the tensor
   * keeps the buffer.
   */
  public NativeTensor mapped(ByteBuffer buffer, StorageType type, long... shape) {
    ByteBuffer whole =
        (buffer.position() == 0 ? buffer : buffer.slice()).order(ByteOrder.LITTLE_ENDIAN);
    PtNDArray tensor = manager.create(whole, new Shape(shape), type.bridgeType());
    if (!type.isViewed()) {
      return new NativeTensor(tensor);
    }
    try (PtNDArray bits = tensor) {
      return new NativeTensor(
          new PtNDArray(manager, NativeView.of(bits.getHandle(), type.viewedAs()), whole));
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

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  private NativeTensor copied(ByteBuffer bytes, DataType type, long... shape) {
    try (PtNDArray borrowed = manager.create(bytes, new Shape(shape), type)) {
      return new NativeTensor(JniUtils.clone(borrowed));
    }
  }
}
