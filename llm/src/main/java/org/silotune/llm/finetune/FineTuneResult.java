package org.silotune.llm.finetune;

import org.silotune.llm.tensor.NamedTensors;

/**
 * What a fine-tune made.
 *
 * @param parameters the trained tensors, by the names of the initial ones
 * @param outcome how it ended
 * @param steps optimizer steps made
 * @param examplesSeen examples over all steps, with repetitions
 * @param tokensSeen their tokens
 * @param trainedTokens those that carried loss
 * @param meanLoss the mean token loss over all steps, each taken before its update; NaN without any
 * @param lastLoss the mean token loss of the last step; where the {@link Outcome} is one that is
 *     not finite, of the step that was not made
 * @param recomputed whether layers were recomputed for the backward pass
 * @param repeats how often a step whose float16 gradient was not finite was computed again, with
 *     half the loss scale
 * @param lossScale what the losses of a next step would be scaled with, 1 unless products are
 *     float16
 * @param optimizerState what a later fine-tune can go on from
 */
public record FineTuneResult(
    NamedTensors parameters,
    Outcome outcome,
    long steps,
    long examplesSeen,
    long tokensSeen,
    long trainedTokens,
    double meanLoss,
    double lastLoss,
    boolean recomputed,
    long repeats,
    double lossScale,
    OptimizerState optimizerState) {

  /** How a fine-tune ended. */
  public enum Outcome {
    /** All planned steps were made. */
    COMPLETED,
    /** The run's stop signal came first. */
    STOPPED_EARLY,
    /** The loss of a step was not finite; the parameters are those before it. */
    LOSS_NOT_FINITE,
    /**
     * The gradient of a step was not finite, at loss scale 1 too; the parameters are those before
     * it.
     */
    GRADIENT_NOT_FINITE
  }

  /** Returns whether the run's stop signal came before the last step. */
  public boolean stoppedEarly() {
    return outcome == Outcome.STOPPED_EARLY;
  }
}
