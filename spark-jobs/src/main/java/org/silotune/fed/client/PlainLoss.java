package org.silotune.fed.client;

/** FedAvg's client (McMahan et al. 2017, arXiv 1602.05629): the loss of the silo's data alone. */
public record PlainLoss() implements ClientAlgorithm {

  /** The name that configuration uses. */
  public static final String NAME = "fedavg";

  @Override
  public String name() {
    return NAME;
  }
}
