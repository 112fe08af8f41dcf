package org.silotune.llm.finetune;

import java.io.Serializable;
import org.silotune.llm.LlmException;

/** How gradients become updates. */
public sealed interface OptimizerConfig extends Serializable {

  /** Returns how many tensors of a parameter's size it keeps between steps. */
  int momentCount();

  /**
   * Adam with decoupled weight decay (arXiv 1711.05101, algorithm 2), as {@code torch.optim.AdamW}
   * computes it: epsilon is added outside the bias correction.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the denominator, greater than 0
   * @param weightDecay at least 0
   */
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerConfig {

    /** The name that configuration uses. */
    public static final String NAME = "adamw";

    public AdamW {
      requireBelowOne("AdamW beta1", beta1);
      requireBelowOne("AdamW beta2", beta2);
      if (!(epsilon > 0)) {
        throw new LlmException("Invalid AdamW epsilon %s: must be > 0".formatted(epsilon));
      }
      requireNotNegative("weight decay", weightDecay);
    }

    /** PyTorch's betas and epsilon, without weight decay. */
    public static AdamW defaults() {
      return new AdamW(0.9, 0.999, 1e-8, 0);
    }

    @Override
    public int momentCount() {
      return 2;
    }

    public AdamW withWeightDecay(double newWeightDecay) {
      return new AdamW(beta1, beta2, epsilon, newWeightDecay);
    }
  }

  /**
   * Stochastic gradient descent as {@code torch.optim.SGD} computes it, without dampening and
   * Nesterov's form; weight decay is added to the gradient.
   *
   * @param momentum in [0, 1)
   * @param weightDecay at least 0
   */
  record Sgd(double momentum, double weightDecay) implements OptimizerConfig {

    public Sgd {
      requireBelowOne("SGD momentum", momentum);
      requireNotNegative("weight decay", weightDecay);
    }

    @Override
    public int momentCount() {
      return momentum == 0 ? 0 : 1;
    }

    /** No momentum, no weight decay. */
    public static Sgd defaults() {
      return new Sgd(0, 0);
    }
  }

  private static void requireBelowOne(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new LlmException("Invalid %s %s: must be in [0, 1)".formatted(what, value));
    }
  }

  private static void requireNotNegative(String what, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new LlmException("Invalid %s %s: must be >= 0".formatted(what, value));
    }
  }
}
