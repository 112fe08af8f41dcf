package org.silotune.llm.checkpoint.source;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hugging Face names of GGUF tensors: {@code blk.7.attn_q.weight} is {@code
 * model.layers.7.self_attn.q_proj.weight}. Suffixes ({@code weight}, {@code bias}) stay.
 *
 * <p>Source: the standardised tensor names of the GGUF specification and gguf's name map.
 *
 * @param outside GGUF part to Hugging Face name, outside the layers
 * @param layerPrefix what stands before a layer's number
 * @param inside GGUF part to Hugging Face part, in a layer
 */
record GgufNames(Map<String, String> outside, String layerPrefix, Map<String, String> inside) {

  private static final Pattern NAME =
      Pattern.compile(
          "(?:blk\\.(?<layer>[0-9]{1,6})\\.)?(?<part>[a-z0-9_]+)\\.(?<suffix>weight|bias)");

  private static final Map<String, String> DECODER =
      Map.of(
          "token_embd", "model.embed_tokens",
          "output_norm", "model.norm",
          "output", "lm_head");

  private static final Map<String, String> DECODER_LAYER =
      Map.of(
          "attn_norm", "input_layernorm",
          "attn_q", "self_attn.q_proj",
          "attn_k", "self_attn.k_proj",
          "attn_v", "self_attn.v_proj",
          "attn_output", "self_attn.o_proj",
          "ffn_norm", "post_attention_layernorm",
          "ffn_gate", "mlp.gate_proj",
          "ffn_up", "mlp.up_proj",
          "ffn_down", "mlp.down_proj");

  /** Returns the names of the decoders that descend from llama. */
  static GgufNames decoder() {
    return new GgufNames(DECODER, "model.layers.", DECODER_LAYER);
  }

  /** Returns these names with others in the layers added, or in the place of what was there. */
  GgufNames withInside(Map<String, String> more) {
    TreeMap<String, String> all = new TreeMap<>(inside);
    all.putAll(more);
    return new GgufNames(outside, layerPrefix, all);
  }

  /** Returns the Hugging Face name, if the family has such a tensor. */
  Optional<String> hfName(String ggufName) {
    Matcher matcher = NAME.matcher(ggufName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String layer = matcher.group("layer");
    String part =
        layer == null ? outside.get(matcher.group("part")) : inside.get(matcher.group("part"));
    if (part == null) {
      return Optional.empty();
    }
    String prefix = layer == null ? "" : layerPrefix + Integer.parseInt(layer) + ".";
    return Optional.of(prefix + part + "." + matcher.group("suffix"));
  }
}
