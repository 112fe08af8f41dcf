package org.silotune.llm.model;

import java.util.List;

/**
 * What autograd keeps of one layer for its backward pass, a token: every tensor that an operator of
 * the layer's script refers to afterwards, once, where the fast kernel attends; {@link
 * AttentionScript#keptValues} adds what products keep. {@code docs/memory.md} derives the figures.
 *
 * @param computeValues values in the type of the products
 * @param floatValues values in float32 whatever the products are in
 * @param maskBytes bytes of dropout masks
 */
public record KeptStates(long computeValues, long floatValues, long maskBytes) {

  /** Returns the bytes a token. */
  public long bytes(ComputeType compute) {
    return computeValues * compute.bytes() + floatValues * Float.BYTES + maskBytes;
  }

  /** Returns how many values they are, a token. */
  public long values() {
    return computeValues + floatValues;
  }

  /** Returns both together. */
  public KeptStates plus(KeptStates other) {
    return new KeptStates(
        computeValues + other.computeValues,
        floatValues + other.floatValues,
        maskBytes + other.maskBytes);
  }

  /**
   * Returns what the adapted ones of {@code maps}, which read one input, keep: that input, which
   * the gradient of A takes; under dropout each a masked copy of its own, and the mask.
   */
  static KeptStates ofInput(ScriptVariant variant, LinearSpec... maps) {
    List<LinearSpec> adapted =
        List.of(maps).stream().filter(map -> variant.adapted().contains(map.module())).toList();
    if (adapted.isEmpty()) {
      return new KeptStates(0, 0, 0);
    }
    long width = adapted.get(0).inputSize();
    return variant.dropout()
        ? new KeptStates(width * adapted.size(), 0, width * adapted.size())
        : new KeptStates(width, 0, 0);
  }
}
