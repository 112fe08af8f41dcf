package org.silotune.fed.client;

import org.silotune.llm.finetune.GradientTerm;
import org.silotune.llm.tensor.NamedTensors;

/** FedAvg's client (McMahan et al. 2017, arXiv 1602.05629): the loss of the silo's data alone. */
public record PlainLoss() implements ClientAlgorithm {

  /** The name that configuration uses. */
  public static final String NAME = "fedavg";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public GradientTerm gradientTerm(NamedTensors initial) {
    return GradientTerm.none();
  }
}
