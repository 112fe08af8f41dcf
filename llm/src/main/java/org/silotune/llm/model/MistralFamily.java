package org.silotune.llm.model;

import java.util.Set;

/** Mistral: Llama's layer, in which every layer may see only a window of positions. */
final class MistralFamily implements DecoderFamily {

  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    int window = json.optionalInteger("sliding_window").orElse(LayerAttention.UNLIMITED);
    return RotaryConfigs.single(
        json,
        RotaryConfigs.uniform(json, new LayerAttention(window, 0)),
        /* tiedByDefault= */ false);
  }

  @Override
  public BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames) {
    return new RotaryBlock(
        config,
        RotaryBlock.Traits.llama()
            .withActivation(Activations.named(json.text("hidden_act").orElse("silu"))));
  }
}
