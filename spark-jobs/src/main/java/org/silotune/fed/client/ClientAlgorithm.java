package org.silotune.fed.client;

import java.io.Serializable;
import org.silotune.llm.finetune.GradientTerm;
import org.silotune.llm.tensor.NamedTensors;

/** What a silo minimises in its local update; a closed choice. */
public sealed interface ClientAlgorithm extends Serializable permits PlainLoss, FedProx {

  /** Returns the name that configuration uses. */
  String name();

  /**
   * Returns what is added to the gradient of every local step.
   *
   * @param initial the global adapter that the local update began with
   */
  GradientTerm gradientTerm(NamedTensors initial);
}
