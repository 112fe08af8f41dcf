package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;

/** The gradient of one optimizer step, in native memory: the sum over its batches, in order. */
final class GradientSum implements AutoCloseable {

  private final ScriptModule script;
  private final TensorList total;
  private double lossSum;

  GradientSum(NativeScope scope, ScriptModule script, TrainableParameters parameters) {
    this.script = script;
    this.total = parameters.zerosLike(scope);
  }

  TensorList total() {
    return total;
  }

  /** Returns the sum of the token losses of what was added. */
  double lossSum() {
    return lossSum;
  }

  void clear() {
    script.call("zero").tensors(total).toNothing();
    lossSum = 0;
  }

  /** Adds the gradients of {@code leaves} and sets them to zero. */
  void add(TrainableParameters leaves, double loss) {
    List<NativeTensor> handles = leaves.gradients();
    try (TensorList gradients = TensorList.of(handles)) {
      script.call("add").tensors(total).tensors(gradients).number(1).toNothing();
      script.call("zero").tensors(gradients).toNothing();
      lossSum += loss;
    } finally {
      handles.forEach(NativeTensor::close);
    }
  }

  @Override
  public void close() {
    total.close();
  }
}
