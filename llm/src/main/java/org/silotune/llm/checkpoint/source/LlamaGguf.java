package org.silotune.llm.checkpoint.source;

import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** Llama 1 to 3, SmolLM2 and Mistral: query and key rows in another order than Hugging Face's. */
final class LlamaGguf implements GgufFamily {

  @Override
  public GgufNames names() {
    return GgufNames.decoder();
  }

  @Override
  public TensorTransform transform(GgufTensor tensor, GgufConfig config) {
    if (tensor.name().contains(".attn_q.")) {
      return new RotaryRows(DecoderKeys.headCount(config));
    }
    if (tensor.name().contains(".attn_k.")) {
      return new RotaryRows(DecoderKeys.keyValueHeadCount(config));
    }
    return new AsStored(0);
  }

  @Override
  public void configure(GgufConfig config) {
    config.putModel("llama", "LlamaForCausalLM");
    int headSize = config.size("attention.key_length", DecoderKeys.evenHeadSize(config));
    DecoderKeys.put(config, config.size("rope.dimension_count", headSize));
    config.json().put("hidden_act", "silu");
    config.json().put("attention_bias", config.hasTensor(".attn_q.bias"));
    config.json().put("mlp_bias", config.hasTensor(".ffn_up.bias"));
    Llama3RopeFactors.put(config);
  }
}
