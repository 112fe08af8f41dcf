package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** The {@code config.json} keys that the decoders that descend from llama share. */
final class DecoderKeys {

  private static final double DEFAULT_ROPE_BASE = 10_000;
  private static final Set<String> NO_SCALING = Set.of("", "none");

  private DecoderKeys() {}

  /**
   * Writes sizes, norm and rotary keys.
   *
   * @param headSize the size of a head
   */
  static void put(GgufConfig config, int headSize) {
    ObjectNode json = config.json();
    json.put("hidden_size", config.size("embedding_length"));
    json.put("intermediate_size", config.size("feed_forward_length"));
    json.put("num_hidden_layers", config.layerCount());
    json.put("num_attention_heads", headCount(config));
    json.put("num_key_value_heads", keyValueHeadCount(config));
    json.put("head_dim", headSize);
    json.put("max_position_embeddings", config.size("context_length"));
    json.put("rms_norm_eps", config.real("attention.layer_norm_rms_epsilon"));
    json.put("rope_theta", config.real("rope.freq_base", DEFAULT_ROPE_BASE));
    putRopeScaling(config);
  }

  static int headCount(GgufConfig config) {
    return config.size("attention.head_count");
  }

  static int keyValueHeadCount(GgufConfig config) {
    return config.size("attention.head_count_kv", headCount(config));
  }

  /** Returns the size of a head where nothing says otherwise: the width over the heads. */
  static int evenHeadSize(GgufConfig config) {
    return Math.max(1, config.size("embedding_length") / headCount(config));
  }

  private static void putRopeScaling(GgufConfig config) {
    String type = config.text("rope.scaling.type");
    if (NO_SCALING.contains(type)) {
      return;
    }
    ObjectNode scaling = config.json().putObject("rope_scaling");
    scaling.put("rope_type", type);
    scaling.put("factor", config.real("rope.scaling.factor"));
    if (config.contains("rope.scaling.original_context_length")) {
      scaling.put(
          "original_max_position_embeddings", config.size("rope.scaling.original_context_length"));
    }
  }
}
