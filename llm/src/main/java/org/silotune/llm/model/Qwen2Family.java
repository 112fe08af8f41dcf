package org.silotune.llm.model;

import java.util.List;
import java.util.Set;

/** Qwen2 and Qwen2.5: Llama's layer with a bias on queries, keys and values. */
final class Qwen2Family implements DecoderFamily {

  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    return RotaryConfigs.single(json, layers(json), /* tiedByDefault= */ false);
  }

  @Override
  public BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames) {
    return new RotaryBlock(
        config,
        RotaryBlock.Traits.llama()
            .withQueryKeyValueBias()
            .withActivation(Activations.named(json.text("hidden_act").orElse("silu"))));
  }

  /** Windows where they are switched on: by layer type, else from layer max_window_layers on. */
  static List<LayerAttention> layers(HfConfig json) {
    LayerAttention full = LayerAttention.full();
    if (!json.flag("use_sliding_window", false)) {
      return RotaryConfigs.uniform(json, full);
    }
    LayerAttention sliding = new LayerAttention(json.integer("sliding_window"), 0);
    int firstSliding = json.optionalInteger("max_window_layers").orElse(28);
    return json.texts("layer_types")
        .map(types -> RotaryConfigs.byType(json, types, full, sliding))
        .orElseGet(
            () ->
                java.util.stream.IntStream.range(0, json.integer("num_hidden_layers"))
                    .mapToObj(layer -> layer < firstSliding ? full : sliding)
                    .toList());
  }
}
