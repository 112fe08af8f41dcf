package org.silotune.llm.model;

import java.util.Set;

/** Llama 1, 2 and 3, and models of their form such as SmolLM2. */
final class LlamaFamily implements DecoderFamily {

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    return RotaryConfigs.single(
        json, RotaryConfigs.uniform(json, LayerAttention.full()), /* tiedByDefault= */ false);
  }

  @Override
  public BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames) {
    boolean attentionBias = json.flag("attention_bias", false);
    return new RotaryBlock(
        config,
        new RotaryBlock.Traits(
            attentionBias,
            attentionBias,
            json.flag("mlp_bias", false),
            /* queryKeyNorm= */ false,
            /* sandwichNorms= */ false,
            /* normOffset= */ 0,
            /* embeddingScale= */ 1,
            Activations.named(json.text("hidden_act").orElse("silu"))));
  }
}
