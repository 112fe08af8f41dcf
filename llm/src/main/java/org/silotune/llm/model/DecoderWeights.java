package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.TensorList;

/** A model's tensors as the lists that its script takes; frozen or trained, it does not know. */
final class DecoderWeights implements AutoCloseable {

  private final TensorList embedding;
  private final List<TensorList> layers;
  private final TensorList head;

  private DecoderWeights(TensorList embedding, List<TensorList> layers, TensorList head) {
    this.embedding = embedding;
    this.layers = List.copyOf(layers);
    this.head = head;
  }

  /** Lists {@code tensors}, which hold every tensor of the model by its full name. */
  static DecoderWeights of(BlockScript block, int layerCount, Map<String, NativeTensor> tensors) {
    Function<WeightSpec, NativeTensor> named = spec -> tensors.get(spec.name());
    List<TensorList> layers = new ArrayList<>();
    for (int layer = 0; layer < layerCount; layer++) {
      String prefix = block.layerPrefix(layer);
      layers.add(
          TensorList.of(
              block.layerWeights().stream().map(w -> tensors.get(prefix + w.name())).toList()));
    }
    return new DecoderWeights(
        TensorList.of(block.embeddingWeights().stream().map(named).toList()),
        layers,
        TensorList.of(block.headWeights().stream().map(named).toList()));
  }

  TensorList embedding() {
    return embedding;
  }

  TensorList layer(int layer) {
    return layers.get(layer);
  }

  TensorList head() {
    return head;
  }

  @Override
  public void close() {
    embedding.close();
    layers.forEach(TensorList::close);
    head.close();
  }
}
