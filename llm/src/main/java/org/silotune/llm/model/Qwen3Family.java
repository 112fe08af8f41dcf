package org.silotune.llm.model;

import java.util.Set;

/** Qwen3: Llama's layer with norms on queries and keys, and heads of a size of their own. */
final class Qwen3Family implements DecoderFamily {

  /** The head size where config.json has none; it is not derived from the hidden size. */
  private static final int HEAD_SIZE = 128;

  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    HfConfig complete = json.withDefault("head_dim", HEAD_SIZE);
    return RotaryConfigs.single(complete, Qwen2Family.layers(complete), /* tiedByDefault= */ false);
  }

  @Override
  public BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames) {
    boolean bias = json.flag("attention_bias", false);
    return new RotaryBlock(
        config,
        new RotaryBlock.Traits(
            bias,
            bias,
            /* feedForwardBias= */ false,
            /* queryKeyNorm= */ true,
            /* sandwichNorms= */ false,
            /* normOffset= */ 0,
            /* embeddingScale= */ 1,
            Activations.named(json.text("hidden_act").orElse("silu"))));
  }
}
