package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.model.LinearSpec.Orientation;

/**
 * The layer of Llama and its relatives: norm, rotary attention, norm, gated feed-forward, with what
 * differs between them as {@link Traits}.
 *
 * <pre>
 * h = norm(x);  q, k, v = h Wq, h Wk, h Wv;  q, k = rotate(q), rotate(k);  x = x + attend(q, k, v) Wo
 * h = norm(x);  x = x + (act(h Wgate) * h Wup) Wdown
 * </pre>
 *
 * Sources: LLaMA (arXiv 2302.13971), Qwen2 (2407.10671), Qwen3 (2505.09388), Gemma 3 (2503.19786)
 * and their modelling files in transformers.
 */
final class RotaryBlock implements BlockScript {

  /**
   * What differs between the families.
   *
   * @param queryKeyValueBias whether the maps to queries, keys and values have a bias
   * @param outputBias whether attention's output map has one
   * @param feedForwardBias whether the three maps of the feed-forward part have one
   * @param queryKeyNorm whether queries and keys pass through a norm, head by head
   * @param sandwichNorms whether the outputs of attention and feed-forward are normed too (Gemma)
   * @param normOffset added to every norm weight: 1 for Gemma, else 0
   * @param embeddingScale the factor on embeddings: sqrt(D) for Gemma, else 1
   * @param activation the script expression of the gate's activation, {@code X} standing for its
   *     input
   */
  record Traits(
      boolean queryKeyValueBias,
      boolean outputBias,
      boolean feedForwardBias,
      boolean queryKeyNorm,
      boolean sandwichNorms,
      double normOffset,
      double embeddingScale,
      String activation) {

    /** Llama's: no bias, plain norms, SiLU. */
    static Traits llama() {
      return new Traits(false, false, false, false, false, 0, 1, Activations.SILU);
    }

    Traits withActivation(String newActivation) {
      return new Traits(
          queryKeyValueBias,
          outputBias,
          feedForwardBias,
          queryKeyNorm,
          sandwichNorms,
          normOffset,
          embeddingScale,
          newActivation);
    }

    Traits withQueryKeyValueBias() {
      return new Traits(
          /* queryKeyValueBias= */ true,
          outputBias,
          feedForwardBias,
          queryKeyNorm,
          sandwichNorms,
          normOffset,
          embeddingScale,
          activation);
    }
  }

  private final DecoderConfig config;
  private final Traits traits;

  RotaryBlock(DecoderConfig config, Traits traits) {
    this.config = config;
    this.traits = traits;
  }

  @Override
  public List<WeightSpec> embeddingWeights() {
    return List.of(embedding());
  }

  @Override
  public List<WeightSpec> headWeights() {
    WeightSpec head =
        config.tiedHead()
            ? embedding()
            : WeightSpec.of("lm_head.weight", config.vocabularySize(), config.hiddenSize());
    return List.of(WeightSpec.of("model.norm.weight", config.hiddenSize()), head);
  }

  @Override
  public String layerPrefix(int layer) {
    return "model.layers.%d.".formatted(layer);
  }

  @Override
  public List<LinearSpec> linears() {
    int d = config.hiddenSize();
    int q = config.queryWidth();
    int kv = config.keyValueWidth();
    int f = config.intermediateSize();
    return List.of(
        linear("self_attn.q_proj", d, q, traits.queryKeyValueBias),
        linear("self_attn.k_proj", d, kv, traits.queryKeyValueBias),
        linear("self_attn.v_proj", d, kv, traits.queryKeyValueBias),
        linear("self_attn.o_proj", q, d, traits.outputBias),
        linear("mlp.gate_proj", d, f, traits.feedForwardBias),
        linear("mlp.up_proj", d, f, traits.feedForwardBias),
        linear("mlp.down_proj", f, d, traits.feedForwardBias));
  }

  @Override
  public List<WeightSpec> layerWeights() {
    List<WeightSpec> weights = new ArrayList<>();
    for (LinearSpec linear : linears()) {
      weights.add(linear.weight());
      if (linear.hasBias()) {
        weights.add(linear.bias());
      }
    }
    weights.add(WeightSpec.of("input_layernorm.weight", config.hiddenSize()));
    weights.add(WeightSpec.of("post_attention_layernorm.weight", config.hiddenSize()));
    if (traits.sandwichNorms) {
      weights.add(WeightSpec.of("pre_feedforward_layernorm.weight", config.hiddenSize()));
      weights.add(WeightSpec.of("post_feedforward_layernorm.weight", config.hiddenSize()));
    }
    if (traits.queryKeyNorm) {
      weights.add(WeightSpec.of("self_attn.q_norm.weight", config.headSize()));
      weights.add(WeightSpec.of("self_attn.k_norm.weight", config.headSize()));
    }
    return weights;
  }

  @Override
  public float neutralNorm() {
    return (float) (1 - traits.normOffset);
  }

  /**
   * In float32 the input of every norm, and attention's logarithms of sums, one a head; queries,
   * repeated keys and values, attended values (4 Q), and the two factors of the gated product with
   * the activation's input (3 F). Frozen maps keep nothing, adapted ones their input.
   */
  @Override
  public KeptStates kept(ScriptVariant variant) {
    long d = config.hiddenSize();
    long normed = (traits.sandwichNorms ? 4 : 2) * d;
    if (traits.queryKeyNorm) {
      normed += config.queryWidth() + config.keyValueWidth();
    }
    List<LinearSpec> maps = linears();
    return new KeptStates(
            4L * config.queryWidth() + 3L * config.intermediateSize(),
            normed + config.headCount(),
            0)
        .plus(KeptStates.ofInput(variant, maps.get(0), maps.get(1), maps.get(2)))
        .plus(KeptStates.ofInput(variant, maps.get(3)))
        .plus(KeptStates.ofInput(variant, maps.get(4), maps.get(5)))
        .plus(KeptStates.ofInput(variant, maps.get(6)));
  }

  @Override
  public String methods(LinearScript linear) {
    return norm(linear) + embed(linear) + attentionInputs(linear) + output(linear) + head(linear);
  }

  private String norm(LinearScript linear) {
    String weight =
        linear.cast(
            traits.normOffset == 0 ? "w" : "torch.to(w, 6) + %s".formatted(traits.normOffset));
    return """
        def norm(self, x: Tensor, w: Tensor) -> Tensor:
          return torch.rms_norm(x, [torch.size(x, -1)], WEIGHT, EPSILON)

        def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
          x1, x2, = torch.chunk(x, 2, -1)
          cos = COS
          sin = SIN
          return torch.cat([x1 * cos - x2 * sin, x2 * cos + x1 * sin], -1)

      """
        .replace("WEIGHT", weight)
        .replace("COS", linear.cast("cos"))
        .replace("SIN", linear.cast("sin"))
        .replace("EPSILON", Double.toString(config.normEpsilon()));
  }

  private String embed(LinearScript linear) {
    String rows = linear.rows(embedding(), "words", "tokens");
    String scaled =
        traits.embeddingScale == 1 ? rows : "%s * %s".formatted(rows, traits.embeddingScale);
    return """
        def embed(self, tokens: Tensor, positions: Tensor, w: List[Tensor]) -> Tensor:
      BINDINGS    return SCALED

      """
        .replace("BINDINGS", linear.bindings(embeddingWeights(), List.of("words")))
        .replace("SCALED", scaled);
  }

  private String attentionInputs(LinearScript linear) {
    String norms =
        traits.queryKeyNorm
            ? """
                q = self.norm(q, self_attn_q_norm)
                k = self.norm(k, self_attn_k_norm)
            """
            : "";
    return """
        def queries_keys_values(self, x: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
      BINDINGS    h = self.norm(x, input_layernorm)
          q = torch.view(QUERIES, [-1, HEADS, SIZE])
          k = torch.view(KEYS, [-1, KV_HEADS, SIZE])
          v = torch.view(VALUES, [-1, KV_HEADS, SIZE])
      NORMS    return self.rotate(q, cos, sin), self.rotate(k, cos, sin), v

      """
        .replace("BINDINGS", linear.bindings())
        .replace("QUERIES", linear.apply("self_attn.q_proj", "h"))
        .replace("KEYS", linear.apply("self_attn.k_proj", "h"))
        .replace("VALUES", linear.apply("self_attn.v_proj", "h"))
        .replace("NORMS", norms)
        .replace("KV_HEADS", Integer.toString(config.keyValueHeadCount()))
        .replace("HEADS", Integer.toString(config.headCount()))
        .replace("SIZE", Integer.toString(config.headSize()));
  }

  private String output(LinearScript linear) {
    String text =
        traits.sandwichNorms
            ? """
                x = x + self.norm(OUTPUT, post_attention_layernorm)
                h = self.norm(x, pre_feedforward_layernorm)
                g = ACTIVATION * UP
                return x + self.norm(DOWN, post_feedforward_layernorm)

            """
            : """
                x = x + OUTPUT
                h = self.norm(x, post_attention_layernorm)
                g = ACTIVATION * UP
                return x + DOWN

            """;
    return """
        def output_and_feed_forward(self, x: Tensor, o: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float) -> Tensor:
      """
        + linear.bindings()
        + text.replace("OUTPUT", linear.apply("self_attn.o_proj", "o"))
            .replace(
                "ACTIVATION", traits.activation.replace("X", linear.apply("mlp.gate_proj", "h")))
            .replace("UP", linear.apply("mlp.up_proj", "h"))
            .replace("DOWN", linear.apply("mlp.down_proj", "g"));
  }

  private String head(LinearScript linear) {
    List<WeightSpec> weights = headWeights();
    return """
        def head(self, w: List[Tensor]) -> Tensor:
      BINDINGS    return HEAD

        def final_norm(self, x: Tensor, w: List[Tensor]) -> Tensor:
      BINDINGS    return self.norm(x, norm)

      """
        .replace("BINDINGS", linear.bindings(weights, List.of("norm", "head")))
        .replace("HEAD", linear.weight(weights.get(1), "head"));
  }

  private WeightSpec embedding() {
    return WeightSpec.of("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
  }

  private static LinearSpec linear(String module, int inputs, int outputs, boolean bias) {
    return new LinearSpec(module, inputs, outputs, bias, Orientation.OUTPUT_BY_INPUT);
  }
}
