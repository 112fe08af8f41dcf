package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.model.LinearSpec.Orientation;

/**
 * The layer of GPT-2: layer norms with bias, learned positions, one map to queries, keys and
 * values, a feed-forward part without a gate. Source: GPT-2's modelling file in transformers.
 */
final class Gpt2Block implements BlockScript {

  /** What the names of the module tree start with. */
  static final String BODY = "transformer.";

  private final DecoderConfig config;
  private final String activation;
  private final String prefix;

  /**
   * @param prefix what the tensor names start with: {@link #BODY}, or nothing in folders that were
   *     saved without the head, as the published ones were
   */
  Gpt2Block(DecoderConfig config, String activation, String prefix) {
    this.config = config;
    this.activation = activation;
    this.prefix = prefix;
  }

  @Override
  public List<WeightSpec> embeddingWeights() {
    return List.of(
        embedding(),
        WeightSpec.of(prefix + "wpe.weight", config.contextLength(), config.hiddenSize()));
  }

  @Override
  public List<WeightSpec> headWeights() {
    WeightSpec head =
        config.tiedHead()
            ? embedding()
            : WeightSpec.of("lm_head.weight", config.vocabularySize(), config.hiddenSize());
    return List.of(
        WeightSpec.of(prefix + "ln_f.weight", config.hiddenSize()),
        WeightSpec.of(prefix + "ln_f.bias", config.hiddenSize()),
        head);
  }

  @Override
  public String layerPrefix(int layer) {
    return prefix + "h.%d.".formatted(layer);
  }

  @Override
  public String modulePrefix(int layer) {
    return BODY + "h.%d.".formatted(layer);
  }

  @Override
  public List<LinearSpec> linears() {
    int d = config.hiddenSize();
    int f = config.intermediateSize();
    return List.of(
        linear("attn.c_attn", d, 3 * d),
        linear("attn.c_proj", d, d),
        linear("mlp.c_fc", d, f),
        linear("mlp.c_proj", f, d));
  }

  @Override
  public List<WeightSpec> layerWeights() {
    int d = config.hiddenSize();
    List<LinearSpec> l = linears();
    return List.of(
        WeightSpec.of("ln_1.weight", d),
        WeightSpec.of("ln_1.bias", d),
        l.get(0).weight(),
        l.get(0).bias(),
        l.get(1).weight(),
        l.get(1).bias(),
        WeightSpec.of("ln_2.weight", d),
        WeightSpec.of("ln_2.bias", d),
        l.get(2).weight(),
        l.get(2).bias(),
        l.get(3).weight(),
        l.get(3).bias());
  }

  @Override
  public float neutralNorm() {
    return 1;
  }

  /**
   * The input of both norms (2 D), queries with the keys and values they lie beside (3 D), repeated
   * keys and values and attended values (3 D), the activation's input (F), and one logarithm a
   * head.
   */
  @Override
  public KeptStates kept(ScriptVariant variant) {
    KeptStates kept =
        new KeptStates(8L * config.hiddenSize() + config.intermediateSize(), config.headCount(), 0);
    for (LinearSpec map : linears()) {
      kept = kept.plus(KeptStates.ofInput(variant, map));
    }
    return kept;
  }

  @Override
  public String methods(LinearScript linear) {
    return TEXT.replace("LAYER_BINDINGS", linear.bindings())
        .replace(
            "EMBEDDING_BINDINGS", linear.bindings(embeddingWeights(), List.of("words", "places")))
        .replace("HEAD_BINDINGS", linear.bindings(headWeights(), List.of("weight", "bias", "head")))
        .replace("C_ATTN", linear.apply("attn.c_attn", "h"))
        .replace("ATTN_C_PROJ", linear.apply("attn.c_proj", "o"))
        .replace("ACTIVATION", activation.replace("X", linear.apply("mlp.c_fc", "h")))
        .replace("MLP_C_PROJ", linear.apply("mlp.c_proj", "g"))
        .replace("WORDS", linear.rows(embeddingWeights().get(0), "words", "tokens"))
        .replace("PLACES", linear.rows(embeddingWeights().get(1), "places", "positions"))
        .replace("HEAD", linear.weight(headWeights().get(2), "head"))
        .replace("NORM_WEIGHT", linear.cast("w"))
        .replace("NORM_BIAS", linear.cast("b"))
        .replace("SHAPE", "[-1, %d, %d]".formatted(config.headCount(), config.headSize()))
        .replace("EPSILON", Double.toString(config.normEpsilon()));
  }

  private static final String TEXT =
      """
        def norm(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return torch.layer_norm(x, [torch.size(x, -1)], NORM_WEIGHT, NORM_BIAS, EPSILON)

        def embed(self, tokens: Tensor, positions: Tensor, w: List[Tensor]) -> Tensor:
      EMBEDDING_BINDINGS    return WORDS + PLACES

        def queries_keys_values(self, x: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
      LAYER_BINDINGS    h = self.norm(x, ln_1, ln_1_bias)
          q, k, v, = torch.chunk(C_ATTN, 3, -1)
          return torch.reshape(q, SHAPE), torch.reshape(k, SHAPE), torch.reshape(v, SHAPE)

        def output_and_feed_forward(self, x: Tensor, o: Tensor, w: List[Tensor], a: List[Tensor], m: List[Tensor], s: float) -> Tensor:
      LAYER_BINDINGS    x = x + ATTN_C_PROJ
          h = self.norm(x, ln_2, ln_2_bias)
          g = ACTIVATION
          return x + MLP_C_PROJ

        def head(self, w: List[Tensor]) -> Tensor:
      HEAD_BINDINGS    return HEAD

        def final_norm(self, x: Tensor, w: List[Tensor]) -> Tensor:
      HEAD_BINDINGS    return self.norm(x, weight, bias)

      """;

  private WeightSpec embedding() {
    return WeightSpec.of(prefix + "wte.weight", config.vocabularySize(), config.hiddenSize());
  }

  private static LinearSpec linear(String module, int inputs, int outputs) {
    return new LinearSpec(module, inputs, outputs, true, Orientation.INPUT_BY_OUTPUT);
  }
}
