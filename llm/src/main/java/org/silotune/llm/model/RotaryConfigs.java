package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.silotune.llm.LlmException;

/** Reads the sizes that Llama's relatives name alike in config.json. */
final class RotaryConfigs {

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private RotaryConfigs() {}

  static int headSize(HfConfig json) {
    return json.optionalInteger("head_dim").orElseGet(() -> evenHeadSize(json));
  }

  private static int evenHeadSize(HfConfig json) {
    int hidden = json.integer("hidden_size");
    int heads = json.integer("num_attention_heads");
    if (heads < 1 || hidden % heads != 0) {
      throw json.invalid("num_attention_heads", heads, "a divisor of hidden_size " + hidden);
    }
    return hidden / heads;
  }

  /** Reads a configuration whose layers all turn by one rotary embedding. */
  static DecoderConfig single(HfConfig json, List<LayerAttention> layers, boolean tiedByDefault) {
    int headSize = headSize(json);
    Rope rope = RopeConfigs.single(json, headSize, 10_000);
    return read(json, layers, List.of(rope), 1 / StrictMath.sqrt(headSize), tiedByDefault);
  }

  static DecoderConfig read(
      HfConfig json,
      List<LayerAttention> layers,
      List<Rope> ropes,
      double attentionScale,
      boolean tiedByDefault) {
    int heads = json.integer("num_attention_heads");
    return new DecoderConfig(
        json.modelType(),
        json.integer("vocab_size"),
        json.integer("hidden_size"),
        heads,
        json.optionalInteger("num_key_value_heads").orElse(heads),
        headSize(json),
        json.integer("intermediate_size"),
        json.integer("max_position_embeddings"),
        json.optionalNumber("rms_norm_eps").orElse(1e-6),
        attentionScale,
        json.flag("tie_word_embeddings", tiedByDefault),
        layers,
        ropes);
  }

  /** Returns one entry a layer, all the same. */
  static List<LayerAttention> uniform(HfConfig json, LayerAttention attention) {
    return Collections.nCopies(json.integer("num_hidden_layers"), attention);
  }

  /** Reads {@code layer_types}, which must name every layer. */
  static List<LayerAttention> byType(
      HfConfig json, List<String> types, LayerAttention full, LayerAttention sliding) {
    int count = json.integer("num_hidden_layers");
    if (types.size() != count) {
      throw json.invalid("layer_types", types.size() + " entries", count + " entries");
    }
    List<LayerAttention> layers = new ArrayList<>();
    for (String type : types) {
      layers.add(
          switch (type) {
            case FULL -> full;
            case SLIDING -> sliding;
            default ->
                throw new LlmException(
                    "Invalid layer type in config.json: %s; known: %s, %s"
                        .formatted(type, FULL, SLIDING));
          });
    }
    return layers;
  }
}
