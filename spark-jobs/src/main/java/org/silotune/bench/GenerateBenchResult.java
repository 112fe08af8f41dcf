package org.silotune.bench;

/**
 * What generation reached.
 *
 * @param tokensPerSecond new tokens over the whole time, prompts included
 * @param promptTokensPerSecond prompt tokens over the time to the first new token
 * @param decodeTokensPerSecond new tokens after the first over the time after it
 * @param secondsMedian the middle duration of a repeat
 * @param peakRssBytes the process' largest resident size
 */
public record GenerateBenchResult(
    double tokensPerSecond,
    double promptTokensPerSecond,
    double decodeTokensPerSecond,
    double secondsMedian,
    long peakRssBytes) {}
