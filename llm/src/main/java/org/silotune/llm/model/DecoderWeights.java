package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** Lists the parts of {@code weights}, every weight of the model by its full name. */
  static DecoderWeights of(BlockScript block, int layerCount, Map<String, HeldWeight> weights) {
    List<TensorList> layers = new ArrayList<>();
    for (int layer = 0; layer < layerCount; layer++) {
      String prefix = block.layerPrefix(layer);
      layers.add(list(block.layerWeights(), prefix, weights));
    }
    return new DecoderWeights(
        list(block.embeddingWeights(), "", weights),
        layers,
        list(block.headWeights(), "", weights));
  }

  private static TensorList list(
      List<WeightSpec> specs, String prefix, Map<String, HeldWeight> weights) {
    return TensorList.of(
        specs.stream()
            .flatMap(spec -> weights.get(prefix + spec.name()).parts().stream())
            .toList());
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
