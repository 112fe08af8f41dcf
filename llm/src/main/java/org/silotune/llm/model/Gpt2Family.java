package org.silotune.llm.model;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/** GPT-2. */
final class Gpt2Family implements DecoderFamily {

  @Override
  public String modelType() {
    return "gpt2";
  }

  @Override
  public String layerCountKey() {
    return "n_layer";
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    json.requireAbsentOr("scale_attn_weights", "true");
    json.requireAbsentOr("scale_attn_by_inverse_layer_idx", "false");
    json.requireAbsentOr("add_cross_attention", "false");
    int hidden = json.integer("n_embd");
    int heads = json.integer("n_head");
    if (heads < 1 || hidden % heads != 0) {
      throw json.invalid("n_head", heads, "a divisor of n_embd " + hidden);
    }
    int headSize = hidden / heads;
    return new DecoderConfig(
        modelType(),
        json.integer("vocab_size"),
        hidden,
        heads,
        heads,
        headSize,
        json.optionalInteger("n_inner").orElse(4 * hidden),
        json.integer("n_positions"),
        json.optionalNumber("layer_norm_epsilon").orElse(1e-5),
        1 / StrictMath.sqrt(headSize),
        json.flag("tie_word_embeddings", true),
        Collections.nCopies(json.integer(layerCountKey()), LayerAttention.full()),
        List.of());
  }

  @Override
  public BlockScript block(DecoderConfig config, HfConfig json, Set<String> tensorNames) {
    return new Gpt2Block(
        config,
        Activations.named(json.text("activation_function").orElse("gelu_new")),
        tensorNames.contains("wte.weight") ? "" : Gpt2Block.BODY);
  }
}
