package org.silotune.llm.model;

/**
 * The type that a model computes in: hidden states, products with the base's weights and the
 * adapter's, attention. Adapters, their gradients, logits and losses are float32 whatever it is.
 */
public enum ComputeType {
  FLOAT32(6),
  /**
   * Half of float32's memory and, on processors with bfloat16 products, about twice its speed; 8
   * bits of precision.
   */
  BFLOAT16(15);

  private final int code;

  ComputeType(int code) {
    this.code = code;
  }

  /** Returns the type's number in scripts. */
  public int code() {
    return code;
  }
}
