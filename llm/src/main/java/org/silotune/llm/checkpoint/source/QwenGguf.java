package org.silotune.llm.checkpoint.source;

import java.util.Map;
import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** Qwen 2, 2.5 (query, key and value biases) and 3 (query and key norms). */
final class QwenGguf implements GgufFamily {

  private static final int QWEN3_HEAD_SIZE = 128;

  private final String modelType;
  private final String modelClass;

  QwenGguf(String modelType, String modelClass) {
    this.modelType = modelType;
    this.modelClass = modelClass;
  }

  @Override
  public GgufNames names() {
    if (modelType.equals("qwen2")) {
      return GgufNames.decoder();
    }
    return GgufNames.decoder()
        .withInside(Map.of("attn_q_norm", "self_attn.q_norm", "attn_k_norm", "self_attn.k_norm"));
  }

  @Override
  public TensorTransform transform(GgufTensor tensor, GgufConfig config) {
    return new AsStored(0);
  }

  @Override
  public void configure(GgufConfig config) {
    config.putModel(modelType, modelClass);
    int otherwise = modelType.equals("qwen2") ? DecoderKeys.evenHeadSize(config) : QWEN3_HEAD_SIZE;
    DecoderKeys.put(config, config.size("attention.key_length", otherwise));
    config.json().put("hidden_act", "silu");
    config.json().put("use_sliding_window", false);
    if (modelType.equals("qwen3")) {
      config.json().put("attention_bias", config.hasTensor(".attn_q.bias"));
    }
  }
}
