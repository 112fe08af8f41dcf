package org.silotune.llm.model;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.checkpoint.source.BaseFormat;

/**
 * How a base model is held and computed with.
 *
 * @param base the type its matrices are held in
 * @param compute the type of the products
 * @param offload whether the weights of a layer are in this process' memory only while a pass is at
 *     the layer; changes no bit
 */
public record ModelOptions(BaseFormat base, ComputeType compute, boolean offload) {

  public ModelOptions {
    requireNonNull(base, "base");
    requireNonNull(compute, "compute");
  }

  /** A base that stays in memory once it is read. */
  public ModelOptions(BaseFormat base, ComputeType compute) {
    this(base, compute, /* offload= */ false);
  }

  /** Returns float32 for both: the reference that the others are measured against. */
  public static ModelOptions float32() {
    return new ModelOptions(BaseFormat.FLOAT32, ComputeType.FLOAT32);
  }

  /** Returns the same with the weights of a layer in memory only while it computes. */
  public ModelOptions offloaded() {
    return new ModelOptions(base, compute, /* offload= */ true);
  }

  /**
   * Returns what decides the values of products: their type, and a quantised base. Plain bases give
   * the same values.
   */
  public String label() {
    return base.isQuantised() ? compute.label() + " on " + base.label() : compute.label();
  }
}
