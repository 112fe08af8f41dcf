package org.silotune.llm.model;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.checkpoint.source.BaseFormat;

/**
 * How a base model is held and computed with.
 *
 * @param base the type its matrices are held in
 * @param compute the type of the products
 */
public record ModelOptions(BaseFormat base, ComputeType compute) {

  public ModelOptions {
    requireNonNull(base, "base");
    requireNonNull(compute, "compute");
  }

  /** Returns float32 for both: the reference that the others are measured against. */
  public static ModelOptions float32() {
    return new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT32);
  }

  /**
   * Returns what decides the values of products: their type, and a quantised base. Plain bases give
   * the same values.
   */
  public String label() {
    return base.isQuantised() ? compute.label() + " on " + base.label() : compute.label();
  }
}
