package org.silotune.fed.server;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.silotune.fed.FederationException;
import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.llm.tensor.NamedTensors;

/**
 * FedAdam (Reddi et al. 2021, arXiv 2003.00295, algorithm 2), without bias correction, as there:
 *
 * <pre>
 *   m <- beta1 m + (1 - beta1) D
 *   v <- beta2 v + (1 - beta2) D^2
 *   x <- x + serverLearningRate m / (sqrt(v) + tau)
 * </pre>
 *
 * with {@code D} the mean delta, {@code m} from 0 and {@code v} from {@code tau^2}, the least that
 * the algorithm asks for. Computed in double; {@code m}, {@code v} and {@code x} are kept in
 * float32, and the step uses the values kept, so that a resumed run computes from the same numbers.
 *
 * @param serverLearningRate finite and above 0
 * @param beta1 in [0, 1)
 * @param beta2 in [0, 1)
 * @param tau degree of adaptivity, finite and above 0: the smaller, the more adaptive
 */
public record FedAdam(double serverLearningRate, double beta1, double beta2, double tau)
    implements ServerOptimizer {

  /** The name that configuration uses. */
  public static final String NAME = "fedadam";

  static final String FIRST_MOMENT = "m";
  static final String SECOND_MOMENT = "v";

  public FedAdam {
    requirePositive("server learning rate", serverLearningRate);
    requirePositive("tau", tau);
    requireDecay("beta1", beta1);
    requireDecay("beta2", beta2);
  }

  /** Returns a rate of 0.01, decays of 0.9 and 0.99, and a tau of 0.001. */
  public static FedAdam defaults() {
    return new FedAdam(0.01, 0.9, 0.99, 1e-3);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public ServerState initialize(NamedTensors adapter) {
    NamedTensors v = adapter.zerosLike();
    v.forEach((name, values) -> Arrays.fill(values, (float) (tau * tau)));
    return new ServerState(
        adapter, new TreeMap<>(Map.of(FIRST_MOMENT, adapter.zerosLike(), SECOND_MOMENT, v)));
  }

  @Override
  public ServerState step(ServerState state, MeanDelta mean) {
    NamedTensors adapter = state.adapter().copy();
    NamedTensors first = state.moments().get(FIRST_MOMENT).copy();
    NamedTensors second = state.moments().get(SECOND_MOMENT).copy();
    int i = 0;
    for (String name : adapter.names()) {
      float[] x = adapter.values(name);
      float[] m = first.values(name);
      float[] v = second.values(name);
      for (int j = 0; j < x.length; j++, i++) {
        double d = mean.coordinate(i);
        m[j] = (float) (beta1 * m[j] + (1 - beta1) * d);
        v[j] = (float) (beta2 * v[j] + (1 - beta2) * d * d);
        x[j] = (float) (x[j] + serverLearningRate * m[j] / (Math.sqrt(v[j]) + tau));
      }
    }
    return new ServerState(
        adapter, new TreeMap<>(Map.of(FIRST_MOMENT, first, SECOND_MOMENT, second)));
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new FederationException(
          "Invalid FedAdam %s %s: must be finite and above 0".formatted(what, value));
    }
  }

  private static void requireDecay(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new FederationException(
          "Invalid FedAdam %s %s: must be in [0, 1)".formatted(what, value));
    }
  }
}
