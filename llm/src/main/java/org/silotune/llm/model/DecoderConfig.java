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

  /** Far above any model, far below what a hostile file could ask memory for. */
  static final int MAX_LAYERS = 10_000;

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
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "Invalid layer count %d: must be 1 to %d".formatted(layers.size(), MAX_LAYERS));
    }
    if (!(normEpsilon >= 0 && normEpsilon < 1)) {
      throw new IllegalArgumentException(
          "Invalid norm epsilon %s: must be in [0, 1)".formatted(normEpsilon));
    }
    if (!(attentionScale > 0) || Double.isInfinite(attentionScale)) {
      throw new IllegalArgumentException(
          "Invalid attention scale %s: must be > 0".formatted(attentionScale));
    }
    Math.multiplyExact(Math.multiplyExact(headCount, headSize), 3); // widths are ints
    layers = List.copyOf(layers);
    ropes = List.copyOf(ropes);
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
