package org.silotune.llm.script;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * A script's {@code List[Tensor]}, built once and passed to many calls, from several threads too.
 * It holds references of its own: the tensors live natively as long as the list does, whatever
 * becomes of their handles.
 */
public final class TensorList implements AutoCloseable {

  private final IValue value;

  private TensorList(IValue value) {
    this.value = value;
  }

  /** Returns a list of the given tensors; the caller closes it. */
  public static TensorList of(List<NativeTensor> tensors) {
    return new TensorList(
        IValue.listFrom(tensors.stream().map(NativeTensor::array).toArray(PtNDArray[]::new)));
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
