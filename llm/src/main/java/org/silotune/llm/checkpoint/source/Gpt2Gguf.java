package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.silotune.llm.checkpoint.gguf.GgufTensor;

/** GPT-2: learned positions, one matrix for query, key and value, matrices stored transposed. */
final class Gpt2Gguf implements GgufFamily {

  private static final Pattern MATRIX =
      Pattern.compile("blk\\.[0-9]+\\.(attn_qkv|attn_output|ffn_up|ffn_down)\\.weight");

  private static final GgufNames NAMES =
      new GgufNames(
          Map.of(
              "token_embd", "transformer.wte",
              "position_embd", "transformer.wpe",
              "output_norm", "transformer.ln_f",
              "output", "lm_head"),
          "transformer.h.",
          Map.of(
              "attn_norm", "ln_1",
              "attn_qkv", "attn.c_attn",
              "attn_output", "attn.c_proj",
              "ffn_norm", "ln_2",
              "ffn_up", "mlp.c_fc",
              "ffn_down", "mlp.c_proj"));

  @Override
  public GgufNames names() {
    return NAMES;
  }

  @Override
  public TensorTransform transform(GgufTensor tensor, GgufConfig config) {
    return MATRIX.matcher(tensor.name()).matches() ? new Transposed() : new AsStored(0);
  }

  @Override
  public void configure(GgufConfig config) {
    config.putModel("gpt2", "GPT2LMHeadModel");
    ObjectNode json = config.json();
    int width = config.size("embedding_length");
    json.put("n_layer", config.layerCount());
    json.put("n_embd", width);
    json.put("n_head", config.size("attention.head_count"));
    json.put("n_inner", config.size("feed_forward_length", 4 * width));
    json.put("n_ctx", config.size("context_length"));
    json.put("n_positions", config.rowCount("position_embd.weight"));
    json.put("layer_norm_epsilon", config.real("attention.layer_norm_epsilon"));
    json.put("activation_function", "gelu_new");
    json.put("scale_attn_weights", true);
  }
}
