package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.silotune.llm.checkpoint.gguf.GgufTensor;

/**
 * Gemma 3 (text): norm weights are stored plus one. The file names neither the rotary base of the
 * sliding-window layers nor which layers those are; both are constants of the family: 10,000, and
 * every sixth layer is global (Gemma 3 technical report, section 2). The scale of the attention
 * scores is the head size's, except in the 27B model of 62 layers, where it is width over heads.
 */
final class Gemma3Gguf implements GgufFamily {

  private static final int WINDOW_PATTERN = 6;
  private static final double LOCAL_ROPE_BASE = 10_000;
  private static final int DEFAULT_HEAD_SIZE = 256;
  private static final int LAYERS_OF_27B = 62;

  @Override
  public GgufNames names() {
    return GgufNames.decoder()
        .withInside(
            Map.of(
                "attn_q_norm", "self_attn.q_norm",
                "attn_k_norm", "self_attn.k_norm",
                "post_attention_norm", "post_attention_layernorm",
                "ffn_norm", "pre_feedforward_layernorm",
                "post_ffw_norm", "post_feedforward_layernorm"));
  }

  @Override
  public TensorTransform transform(GgufTensor tensor, GgufConfig config) {
    return new AsStored(tensor.name().endsWith("norm.weight") ? -1 : 0);
  }

  @Override
  public void configure(GgufConfig config) {
    config.putModel("gemma3_text", "Gemma3ForCausalLM");
    int headSize = config.size("attention.key_length", DEFAULT_HEAD_SIZE);
    DecoderKeys.put(config, headSize);
    int layers = config.layerCount();
    int scaleSize = layers == LAYERS_OF_27B ? DecoderKeys.evenHeadSize(config) : headSize;
    ObjectNode json = config.json();
    json.put("hidden_activation", "gelu_pytorch_tanh");
    json.put("attention_bias", false);
    json.put("query_pre_attn_scalar", scaleSize);
    json.put("sliding_window", config.size("attention.sliding_window"));
    json.put("sliding_window_pattern", WINDOW_PATTERN);
    json.put("rope_local_base_freq", LOCAL_ROPE_BASE);
    json.putNull("attn_logit_softcapping");
    json.putNull("final_logit_softcapping");
    ArrayNode types = json.putArray("layer_types");
    for (int layer = 1; layer <= layers; layer++) {
      types.add(layer % WINDOW_PATTERN == 0 ? "full_attention" : "sliding_attention");
    }
  }
}
