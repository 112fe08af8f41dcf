package org.silotune.llm.finetune;

/**
 * A term of the objective that does not depend on the data, such as FedProx's proximal term or
 * SCAFFOLD's correction: it adds to the gradient between the backward pass and clipping.
 */
@FunctionalInterface
public interface GradientTerm {

  /**
   * Adds the term's gradient. Called once a step, and again where a step is repeated, on the
   * computing thread.
   */
  void addTo(Gradients gradients);

  /** Returns the term that adds nothing. */
  static GradientTerm none() {
    return gradients -> {};
  }
}
