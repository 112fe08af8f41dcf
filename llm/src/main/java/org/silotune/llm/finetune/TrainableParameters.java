package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.NamedTensors;

/** What is trained, in native memory, in name order: leaves that collect gradients. */
final class TrainableParameters implements AutoCloseable {

  private final TreeMap<String, NativeTensor> leaves = new TreeMap<>();
  private final TensorList list;

  /** Copies {@code initial} into {@code scope}. */
  TrainableParameters(NativeScope scope, NamedTensors initial) {
    initial.forEach(
        (name, values) ->
            leaves.put(name, scope.lastingFloats(values, initial.shape(name)).requireGradient()));
    this.list = TensorList.of(List.copyOf(leaves.values()));
  }

  NativeTensor leaf(String name) {
    return leaves.get(name);
  }

  TensorList list() {
    return list;
  }

  /** Returns handles on the gradients, in name order; {@code scope} does not own them. */
  List<NativeTensor> gradients() {
    List<NativeTensor> gradients = new ArrayList<>();
    leaves.values().forEach(leaf -> gradients.add(leaf.gradient()));
    return gradients;
  }

  /** Returns zeros of the parameters' shapes, in name order. */
  TensorList zerosLike(NativeScope scope) {
    return TensorList.of(leaves.values().stream().map(l -> scope.zeros(l.shape())).toList());
  }

  /** Returns native copies of tensors that have the parameters' names. */
  TensorList copyLike(NativeScope scope, NamedTensors tensors) {
    List<NativeTensor> copies = new ArrayList<>();
    leaves
        .keySet()
        .forEach(n -> copies.add(scope.lastingFloats(tensors.values(n), tensors.shape(n))));
    return TensorList.of(copies);
  }

  /** Copies the parameters to the heap. */
  NamedTensors export() {
    return export(List.copyOf(leaves.values()));
  }

  /** Copies tensors in the parameters' order to the heap, by the parameters' names. */
  NamedTensors export(List<NativeTensor> tensors) {
    NamedTensors.Builder builder = NamedTensors.builder();
    int i = 0;
    for (Map.Entry<String, NativeTensor> leaf : leaves.entrySet()) {
      NativeTensor tensor = tensors.get(i++);
      builder.put(leaf.getKey(), tensor.shape(), tensor.toFloats());
    }
    return builder.build();
  }

  @Override
  public void close() {
    list.close();
  }
}
