package org.silotune.llm.model;

import java.util.Locale;

/**
 * The type that a model computes in: hidden states, products with the base's weights and the
 * adapter's, attention. Adapters, their gradients, logits and losses are float32 whatever it is.
 */
public enum ComputeType {
  FLOAT32(6, Float.BYTES),
  /**
   * Half of float32's memory, 8 bits of precision; faster where the processor multiplies it, see
   * {@code docs/benchmarks.md}.
   */
  BFLOAT16(15, Short.BYTES),
  /**
   * Half of float32's memory, 11 bits of precision and a largest value of 65504: losses are scaled
   * while training. For GPUs; a processor is slow at it.
   */
  FLOAT16(5, Short.BYTES);

  private final int code;
  private final int bytes;

  ComputeType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the name that people write. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the type's number in scripts. */
  public int code() {
    return code;
  }

  /** Returns the bytes of a value. */
  public int bytes() {
    return bytes;
  }
}
