package org.silotune.llm.finetune;

import java.util.IdentityHashMap;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.NamedTensors;

/**
 * The gradient g of one optimizer step at the parameters w, both native, as a {@link GradientTerm}
 * sees it. Tensors given are copied to native memory once per fine-tune and must not change.
 */
public final class Gradients implements AutoCloseable {

  private final NativeScope taskScope;
  private final ScriptModule script;
  private final TrainableParameters parameters;
  private final IdentityHashMap<NamedTensors, TensorList> copies = new IdentityHashMap<>();
  private final TensorList total;

  /**
   * @param total the gradient, whose tensors every step computes anew
   */
  Gradients(
      NativeScope taskScope,
      ScriptModule script,
      TrainableParameters parameters,
      TensorList total) {
    this.taskScope = taskScope;
    this.script = script;
    this.parameters = parameters;
    this.total = total;
  }

  /**
   * Adds {@code factor * (w - reference)}.
   *
   * @throws IllegalArgumentException if names or shapes differ from the parameters'
   */
  public void addDifference(double factor, NamedTensors reference) {
    script
        .call("add_difference")
        .tensors(total)
        .tensors(parameters.list())
        .tensors(copy(reference))
        .number(factor)
        .toNothing();
  }

  /**
   * Adds {@code factor * term}.
   *
   * @throws IllegalArgumentException if names or shapes differ from the parameters'
   */
  public void add(double factor, NamedTensors term) {
    script.call("add").tensors(total).tensors(copy(term)).number(factor).toNothing();
  }

  @Override
  public void close() {
    copies.values().forEach(TensorList::close);
  }

  private TensorList copy(NamedTensors tensors) {
    return copies.computeIfAbsent(
        tensors,
        t -> {
          parameters.export().requireSameLayout(t);
          return parameters.copyLike(taskScope, t);
        });
  }
}
