package org.silotune.bench;

/**
 * How long processes took, medians, from the call that starts one.
 *
 * @param secondsToReady until the model was resident
 * @param secondsToFirstStep until one optimizer step was done
 */
public record LoadBenchResult(double secondsToReady, double secondsToFirstStep) {}
