package org.silotune.llm.model;

import java.util.List;

/**
 * The sizes of a decoder, whatever its family.
 *
 * @param modelType the family's name in config.json
 * @param vocabularySize V, rows of the embedding
 * @param hiddenSize D, the width between layers
 * @param headCount H, query heads
 * @param keyValueHeadCount heads of keys and values; divides H
 * @param headSize the width of a head; H times it need not be D
 * @param intermediateSize the width inside the feed-forward part
 * @param contextLength the most positions that the model was made for
 * @param normEpsilon added to the variance in norms
 * @param attentionScale the factor on query-key products, usually {@code 1 / sqrt(headSize)}
 * @param tiedHead whether the output head is the embedding
 * @param layers what differs from layer to layer, one entry a layer
 * @param ropes the rotary embeddings that layers refer to; none for learned positions
 */
public record DecoderConfig(
    String modelType,
    int vocabularySize,
    int hiddenSize,
    int headCount,
    int keyValueHeadCount,
    int headSize,
    int intermediateSize,
    int contextLength,
    double normEpsilon,
    double attentionScale,
    boolean tiedHead,
    List<LayerAttention> layers,
    List<Rope> ropes) {

  public DecoderConfig {
    requirePositive("vocabulary size", vocabularySize);
    requirePositive("hidden size", hiddenSize);
    requirePositive("head count", headCount);
    requirePositive("key-value head count", keyValueHeadCount);
    requirePositive("head size", headSize);
    requirePositive("intermediate size", intermediateSize);
    requirePositive("context length", contextLength);
    if (headCount % keyValueHeadCount != 0) {
      throw new IllegalArgumentException(
          "Invalid key-value head count %d: must divide the %d heads"
              .formatted(keyValueHeadCount, headCount));
    }
    layers = List.copyOf(layers);
    ropes = List.copyOf(ropes);
    requirePositive("layer count", layers.size());
  }

  /** Returns the number of layers. */
  public int layerCount() {
    return layers.size();
  }

  /** Returns the width of all query heads together. */
  int queryWidth() {
    return headCount * headSize;
  }

  /** Returns the width of all key (or value) heads together. */
  int keyValueWidth() {
    return keyValueHeadCount * headSize;
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid %s %d: must be >= 1".formatted(what, value));
    }
  }
}
