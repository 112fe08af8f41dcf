package org.silotune.fed.server;

import java.util.TreeMap;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Federated averaging (McMahan et al. 2017, arXiv 1602.05629): {@code x <- x + serverLearningRate *
 * mean}, computed in double and rounded once. With a rate of 1 the new adapter is the weighted mean
 * of the silos' adapters.
 *
 * @param serverLearningRate finite and above 0
 */
public record FedAvg(double serverLearningRate) implements ServerOptimizer {

  /** The name that configuration uses. */
  public static final String NAME = "fedavg";

  public FedAvg {
    if (!(serverLearningRate > 0) || Double.isInfinite(serverLearningRate)) {
      throw new FederationException(
          "Invalid server learning rate %s: must be finite and above 0"
              .formatted(serverLearningRate));
    }
  }

  /** Returns plain averaging: a rate of 1. */
  public static FedAvg defaults() {
    return new FedAvg(1);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ServerState initialize(NamedTensors adapter) {
    return new ServerState(adapter, new TreeMap<>());
  }

  @Override
  public ServerState step(ServerState state, MeanDelta mean) {
    NamedTensors next = state.adapter().copy();
    int i = 0;
    for (String name : next.names()) {
      float[] x = next.values(name);
      for (int j = 0; j < x.length; j++, i++) {
        x[j] = (float) (x[j] + serverLearningRate * mean.coordinate(i));
      }
    }
    return new ServerState(next, state.moments());
  }
}
