package org.silotune.bench;

/**
 * What a round that trains nothing takes.
 *
 * @param secondsMedian from the choice of the cohort to the new global adapter and its hash
 * @param checkpointSecondsMedian writing the round to disk, synced, which follows
 * @param bytesDown of the adapter that a silo starts from
 * @param bytesUp of the delta and weight that it sends where it is of another process
 * @param peakRssBytes the process' largest resident size
 * @param adapterSha256 of the global adapter at the end
 */
public record RoundBenchResult(
    double secondsMedian,
    double checkpointSecondsMedian,
    long bytesDown,
    long bytesUp,
    long peakRssBytes,
    String adapterSha256) {}
