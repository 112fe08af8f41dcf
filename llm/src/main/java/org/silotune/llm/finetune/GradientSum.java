package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;

/**
 * The gradient and the loss of one optimizer step: sums over its batches, in order. They are where
 * the model is; {@link #read} is the one place of a step that waits for the device.
 */
final class GradientSum implements AutoCloseable {

  private final ScriptModule script;
  private final TensorList total;
  private final NativeTensor loss;

  GradientSum(NativeScope scope, ScriptModule script, TrainableParameters parameters) {
    this.script = script;
    this.total = parameters.zerosLike(scope);
    this.loss = scope.scalar(0);
  }

  TensorList total() {
    return total;
  }

  /**
   * What was added.
   *
   * @param loss the sum of the token losses
   * @param norm the gradient's global norm
   */
  record Read(double loss, double norm) {}

  /** Waits for the device and returns what was added, with what changed the gradient since. */
  Read read(NativeScope scope) {
    try (NativeTensor measured =
        script.call("loss_and_norm").tensor(loss).tensors(total).toTensor(scope)) {
      double[] values = measured.toDoubles();
      return new Read(values[0], values[1]);
    }
  }

  void clear() {
    script.call("zero").tensors(total).toNothing();
    script.call("zero").tensors(List.of(loss)).toNothing();
  }

  /** Adds a batch's losses and the gradients of {@code leaves}, and sets those to zero. */
  void add(TrainableParameters leaves, List<NativeTensor> losses) {
    List<NativeTensor> handles = leaves.gradients();
    try (TensorList gradients = TensorList.of(handles)) {
      script.call("add").tensors(total).tensors(gradients).number(1).toNothing();
      script.call("zero").tensors(gradients).toNothing();
      script.call("add_losses").tensor(loss).tensors(losses).toNothing();
    } finally {
      handles.forEach(NativeTensor::close);
    }
  }

  @Override
  public void close() {
    total.close();
  }
}
