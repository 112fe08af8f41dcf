package org.silotune.llm.finetune;

/**
 * What one optimizer step did.
 *
 * @param step from 1, in this fine-tune
 * @param plannedSteps how many there will be
 * @param meanLoss the mean of the step's token losses, before its update, in nats
 * @param examples the step's examples
 * @param tokens their tokens
 * @param trainedTokens those that carry loss
 * @param gradientNorm the global norm before clipping
 * @param learningRate the rate of this step
 * @param lossScale what its losses were scaled with at last, 1 unless products are float16
 * @param repeats how often it was computed again, with half the loss scale
 */
public record StepReport(
    long step,
    long plannedSteps,
    double meanLoss,
    int examples,
    int tokens,
    int trainedTokens,
    double gradientNorm,
    double learningRate,
    double lossScale,
    int repeats) {}
