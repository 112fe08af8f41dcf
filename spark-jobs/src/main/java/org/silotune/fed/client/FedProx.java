package org.silotune.fed.client;

import org.silotune.fed.FederationException;
import org.silotune.llm.finetune.GradientTerm;
import org.silotune.llm.tensor.NamedTensors;

/**
 * FedProx's client (Li et al. 2020, arXiv 1812.06127, equation 2): the silo's loss plus {@code
 * (proximalMu / 2) * ||w - initial||^2}, which adds {@code proximalMu * (w - initial)} to the
 * gradient of every step.
 *
 * @param proximalMu strength of the pull to the global adapter, finite and above 0
 */
public record FedProx(double proximalMu) implements ClientAlgorithm {

  /** The name that configuration uses. */
  public static final String NAME = "fedprox";

  public FedProx {
    if (!(proximalMu > 0) || Double.isInfinite(proximalMu)) {
      throw new FederationException(
          "Invalid proximal-mu %s: must be finite and above 0".formatted(proximalMu));
    }
  }

  /** Returns a strength of 0.01. */
  public static FedProx defaults() {
    return new FedProx(0.01);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public GradientTerm gradientTerm(NamedTensors initial) {
    return gradients -> gradients.addDifference(proximalMu, initial);
  }
}
