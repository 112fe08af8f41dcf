package org.silotune.llm.model;

import java.util.List;

/**
 * A family's layer as text: what happens before and after attention, which is common to all. The
 * methods it gives:
 *
 * <pre>
 * embed(self, tokens: Tensor, positions: Tensor, w: List[Tensor]) -> Tensor              # (N, D)
 * queries_keys_values(self, x, w, a, m, s, cos, sin) -> Tuple[Tensor, Tensor, Tensor]    # (N, heads, headSize)
 * output_and_feed_forward(self, x, o, w, a, m, s) -> Tensor                              # (N, D)
 * head(self, w: List[Tensor]) -> Tensor                                                  # (V, D)
 * final_norm(self, x, w: List[Tensor]) -> Tensor                                         # (n, D)
 * </pre>
 *
 * with x (N, D) the layer's input, o (N, H * headSize) the attended values, w the weights, a the
 * adapter's matrices (A then B of each adapted map), m their dropout masks and s the adapter's
 * scale.
 */
interface BlockScript {

  /** The tensors of {@code embed}'s w, with full names. */
  List<WeightSpec> embeddingWeights();

  /** The tensors of a layer's w, with names after the layer's prefix. */
  List<WeightSpec> layerWeights();

  /** The tensors of {@code head}'s and {@code final_norm}'s w, with full names. */
  List<WeightSpec> headWeights();

  /** The prefix of the names of a layer's tensors in the weight files. */
  String layerPrefix(int layer);

  /**
   * The path of a layer in transformers' module tree, by which adapters name it; some files leave
   * out its beginning.
   */
  default String modulePrefix(int layer) {
    return layerPrefix(layer);
  }

  /** The linear maps of a layer that an adapter can attach to, in the order of a and m. */
  List<LinearSpec> linears();

  /** Returns the norm weight that changes nothing. */
  float neutralNorm();

  /** Returns what autograd keeps of the methods and of attention between them, a token. */
  KeptStates kept(ScriptVariant variant);

  /** Returns the text of the methods. */
  String methods(LinearScript linear);
}
