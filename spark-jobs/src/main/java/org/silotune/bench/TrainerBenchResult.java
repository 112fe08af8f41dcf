package org.silotune.bench;

import java.util.OptionalDouble;

/**
 * What the trainer reached.
 *
 * @param tokensPerSecond of all tasks together
 * @param trainedTokensPerSecond of these, the tokens that have a loss
 * @param examplesPerSecond of all tasks together
 * @param stepSecondsMedian the middle duration of a task's step
 * @param flopsShare model FLOPs (four a weight and token of the layers, four a weight and trained
 *     token of the head) over the matrix peak
 * @param peakFlops the machine's matrix peak in the type of the products
 * @param peakRssBytes the process' largest resident size
 * @param recomputed whether layers were recomputed for the backward pass
 * @param repeats how often a step was computed again, with half the loss scale: of float16 alone
 * @param heldOutLoss mean loss of held-out rows after the steps, where one task trained on data
 */
public record TrainerBenchResult(
    double tokensPerSecond,
    double trainedTokensPerSecond,
    double examplesPerSecond,
    double stepSecondsMedian,
    double flopsShare,
    double peakFlops,
    long peakRssBytes,
    boolean recomputed,
    long repeats,
    OptionalDouble heldOutLoss) {}
