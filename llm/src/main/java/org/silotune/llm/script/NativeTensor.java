package org.silotune.llm.script;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A handle on a tensor in native memory, owned by the {@link NativeScope} that made it.
 *
 * <p>There is no arithmetic here: mathematics happens in scripts. The engine's own operators take
 * Java numbers through temporary buffers that autograd outlives, and that silently corrupts
 * gradients. Closing a handle frees the memory unless autograd or a {@link TensorList} still refers
 * to it.
 */
public final class NativeTensor implements AutoCloseable {

  private final PtNDArray array;

  NativeTensor(PtNDArray array) {
    this.array = array;
  }

  PtNDArray array() {
    return array;
  }

  /** Returns the extents, outermost first. */
  public long[] shape() {
    return array.getShape().getShape();
  }

  /** Copies float32 values to the heap, row-major; of a GPU's this waits for the GPU. */
  public float[] toFloats() {
    ByteBuffer bytes = bytes();
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** Copies float64 values to the heap, row-major; of a GPU's this waits for the GPU. */
  public double[] toDoubles() {
    ByteBuffer bytes = bytes();
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  /** Makes this tensor, which nothing has been computed from, a leaf that collects a gradient. */
  public NativeTensor requireGradient() {
    JniUtils.attachGradient(array, true);
    return this;
  }

  /**
   * Returns a handle on the gradient collected so far, of no scope: it outlives this tensor, and
   * the caller closes it.
   *
   * @throws IllegalStateException if no backward pass has reached this tensor
   */
  public NativeTensor gradient() {
    PtNDArray gradient = JniUtils.getGradient(array);
    if (gradient == null) {
      throw new IllegalStateException("Missing gradient: no backward pass reached this tensor");
    }
    gradient.detach();
    return new NativeTensor(gradient);
  }

  /**
   * Runs autograd from this tensor and adds to the gradients of the leaves it was computed from,
   * freeing the graph, whose tensors it holds itself.
   *
   * @param seed the gradient of the objective with respect to this tensor, of its shape
   */
  public void backward(NativeTensor seed) {
    ComputeThread.requireEntered();
    ExitGate.enter();
    try {
      JniUtils.backward(array, seed.array, /* keepGraph= */ false, /* createGraph= */ false);
    } catch (EngineException e) {
      throw NativeMemoryException.translated(e);
    } finally {
      ExitGate.leave();
    }
  }

  @Override
  public void close() {
    array.close();
  }

  private ByteBuffer bytes() {
    if (!array.getDevice().isGpu()) {
      return array.toByteBuffer(false).order(ByteOrder.nativeOrder());
    }
    var transfer = DeviceTransfer.to(new TensorDevice.Gpu(array.getDevice().getDeviceId()));
    try (PtNDArray copy = transfer.fetch(array.getManager(), this)) {
      return copy.toByteBuffer(false).order(ByteOrder.nativeOrder());
    }
  }
}
