package org.silotune.llm.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Gemma 3, text only: most layers see a window and turn by a local rotary embedding, every sixth
 * sees everything and turns by the global one; queries and keys are normed, four norms a layer with
 * weights stored less one, embeddings scaled by sqrt(D).
 */
final class Gemma3Family implements DecoderFamily {

  private static final int GLOBAL_ROPE = 0;
  private static final int LOCAL_ROPE = 1;
  private static final double GLOBAL_BASE = 1_000_000;
  private static final double LOCAL_BASE = 10_000;
  private static final int PATTERN = 6;

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  /** The published 270M model's states reach 103,795, see {@code Float16RangeTest}. */
  @Override
  public boolean fitsFloat16() {
    return false;
  }

  @Override
  public DecoderConfig config(HfConfig json) {
    HfConfig complete =
        json.withDefault("head_dim", 256)
            .withDefault("query_pre_attn_scalar", 256)
            .withDefault("sliding_window", 4096);
    complete.requireAbsentOr("attn_logit_softcapping", "none");
    complete.requireAbsentOr("final_logit_softcapping", "none");
    complete.requireAbsentOr("use_bidirectional_attention", "false");
    double scale = 1 / StrictMath.sqrt(complete.number("query_pre_attn_scalar"));
    return RotaryConfigs.read(
        complete, layers(complete), ropes(complete), scale, /* tiedByDefault= */ true);
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
            /* sandwichNorms= */ true,
            /* normOffset= */ 1,
            (float) StrictMath.sqrt(config.hiddenSize()),
            Activations.named(json.text("hidden_activation").orElse("gelu_pytorch_tanh"))));
  }

  private static List<LayerAttention> layers(HfConfig json) {
    LayerAttention full = new LayerAttention(LayerAttention.UNLIMITED, GLOBAL_ROPE);
    LayerAttention sliding = new LayerAttention(json.integer("sliding_window"), LOCAL_ROPE);
    int pattern =
        json.optionalInteger("sliding_window_pattern")
            .or(() -> json.optionalInteger("_sliding_window_pattern"))
            .orElse(PATTERN);
    if (pattern < 1) {
      throw json.invalid("sliding_window_pattern", pattern, "a number >= 1");
    }
    return json.texts("layer_types")
        .map(types -> RotaryConfigs.byType(json, types, full, sliding))
        .orElseGet(
            () ->
                IntStream.rangeClosed(1, json.integer("num_hidden_layers"))
                    .mapToObj(layer -> layer % pattern == 0 ? full : sliding)
                    .toList());
  }

  private static List<Rope> ropes(HfConfig json) {
    int headSize = json.integer("head_dim");
    Optional<HfConfig> byType = json.object("rope_parameters");
    if (byType.isPresent()) {
      HfConfig none = json.emptyObject();
      return List.of(
          RopeConfigs.of(
              byType.get().object("full_attention").orElse(none), json, headSize, GLOBAL_BASE),
          RopeConfigs.of(
              byType.get().object("sliding_attention").orElse(none), json, headSize, LOCAL_BASE));
    }
    double local = json.optionalNumber("rope_local_base_freq").orElse(LOCAL_BASE);
    return List.of(
        RopeConfigs.single(json, headSize, GLOBAL_BASE),
        new Rope(local, headSize, new RopeScaling.None()));
  }
}
