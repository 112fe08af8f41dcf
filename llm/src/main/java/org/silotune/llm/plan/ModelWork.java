package org.silotune.llm.plan;

import org.silotune.llm.model.DecoderModel;

/**
 * The floating-point operations of a model with frozen weights, by the rule of 4N: two a weight and
 * token forward, two more backward, which go to the input alone. The head computes where a token
 * has a loss. Attention between tokens, norms and adapters are not counted.
 *
 * @param layerWeights values of the matrices of all layers
 * @param headWeights values of the head's matrix
 */
public record ModelWork(double layerWeights, double headWeights) {

  private static final double FORWARD = 2;
  private static final double BOTH = 4;

  /** Returns the work of a model. */
  public static ModelWork of(DecoderModel model) {
    double layer =
        model.linears().stream().mapToDouble(l -> (double) l.inputSize() * l.outputSize()).sum();
    var config = model.config();
    return new ModelWork(
        config.layerCount() * layer, (double) config.vocabularySize() * config.hiddenSize());
  }

  /** Returns the operations of a forward and a backward pass. */
  public double training(double tokens, double trainedTokens) {
    return BOTH * (layerWeights * tokens + headWeights * trainedTokens);
  }

  /** Returns what layers that are recomputed for the backward pass take besides. */
  public double recomputing(double tokens) {
    return FORWARD * layerWeights * tokens;
  }

  /** Returns the operations of a forward pass. */
  public double forward(double tokens, double scoredTokens) {
    return FORWARD * (layerWeights * tokens + headWeights * scoredTokens);
  }
}
