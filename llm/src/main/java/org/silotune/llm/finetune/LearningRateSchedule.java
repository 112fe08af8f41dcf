package org.silotune.llm.finetune;

import java.io.Serializable;
import org.silotune.llm.LlmException;

/**
 * How the learning rate moves over a training of T steps: linearly up over the first W, then by one
 * of three shapes. The shapes are those of transformers' schedules; the way up is one step ahead of
 * theirs, whose first step has rate 0 and is lost.
 *
 * @param shape what follows the way up
 * @param warmupSteps W, at least 0
 */
public record LearningRateSchedule(Shape shape, long warmupSteps) implements Serializable {

  /** What the rate does after the warm-up. */
  public enum Shape {
    /** Stays. */
    CONSTANT,
    /** Falls linearly, to 0 after the last step. */
    LINEAR,
    /** Falls along half a cosine, to 0 after the last step. */
    COSINE
  }

  public LearningRateSchedule {
    if (warmupSteps < 0) {
      throw new LlmException("Invalid warm-up steps %d: must be >= 0".formatted(warmupSteps));
    }
  }

  /** Returns the schedule that never changes the rate. */
  public static LearningRateSchedule constant() {
    return new LearningRateSchedule(Shape.CONSTANT, 0);
  }

  /**
   * Returns the factor on the learning rate.
   *
   * @param step from 1
   * @param totalSteps T; later steps have the factor of the last
   */
  public double factor(long step, long totalSteps) {
    if (step <= warmupSteps) {
      return (double) step / warmupSteps;
    }
    if (totalSteps <= warmupSteps) {
      return 1;
    }
    double done =
        (double) (Math.min(step, totalSteps) - 1 - warmupSteps) / (totalSteps - warmupSteps);
    return switch (shape) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - done;
      case COSINE -> 0.5 * (1 + StrictMath.cos(StrictMath.PI * done));
    };
  }
}
