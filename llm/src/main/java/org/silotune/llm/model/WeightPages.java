package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.silotune.llm.checkpoint.PinnedMapping;

/**
 * Where the weights of a model lie in mapped files, stage by stage in the order of a forward pass:
 * embedding, each layer, head. Copies that the engine owns are not among them.
 */
final class WeightPages {

  private final List<List<PinnedMapping>> stages;

  private WeightPages(List<List<PinnedMapping>> stages) {
    this.stages = List.copyOf(stages);
  }

  static WeightPages of(BlockScript block, int layerCount, Map<String, HeldWeight> weights) {
    List<List<PinnedMapping>> stages = new ArrayList<>();
    stages.add(stage(block.embeddingWeights(), "", weights));
    for (int layer = 0; layer < layerCount; layer++) {
      stages.add(stage(block.layerWeights(), block.layerPrefix(layer), weights));
    }
    stages.add(stage(block.headWeights(), "", weights));
    return new WeightPages(stages);
  }

  private static List<PinnedMapping> stage(
      List<WeightSpec> specs, String prefix, Map<String, HeldWeight> weights) {
    return specs.stream()
        .flatMap(spec -> weights.get(prefix + spec.name()).pages().stream())
        .distinct() // blocks of ggml are mapped as codes and as scales
        .toList();
  }

  int stageCount() {
    return stages.size();
  }

  /** Takes a stage's pages out of this process; whoever uses them meanwhile finds them again. */
  void release(int stage) {
    stages.get(stage).forEach(PinnedMapping::release);
  }

  void prefetch(int stage) {
    stages.get(stage).forEach(PinnedMapping::prefetch);
  }

  void releaseAll() {
    stages.forEach(stage -> stage.forEach(PinnedMapping::release));
  }
}
