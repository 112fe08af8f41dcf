package org.silotune.fed.metrics;

/**
 * A row of the table of silos and rounds: what one silo did in one committed round.
 *
 * @param status trained, partial, failed or lost
 * @param reason why, empty where {@code status} is {@code trained}
 * @param weight aggregation weight; 0 where the silo's delta does not count
 * @param deltaNorm L2 norm of the delta before clipping
 * @param clipped whether clipping changed the delta
 * @param repeats how often a step whose float16 gradient was not finite was computed again
 * @param lossScale what losses were scaled with after the last step; 1 unless products are float16
 * @param device what the silo computed on: cpu, or gpu and the address that Spark gave; empty where
 *     it did not
 * @param recomputed whether layers were recomputed for the backward pass
 * @param host the executor's host
 * @param canary hash of the executor's canary computation, empty where none was run
 */
public record SiloRoundRow(
    int round,
    String silo,
    String status,
    String reason,
    long weight,
    int steps,
    long examplesSeen,
    long tokensSeen,
    long trainedTokens,
    double trainLoss,
    double deltaNorm,
    boolean clipped,
    int repeats,
    double lossScale,
    String device,
    boolean recomputed,
    double seconds,
    String host,
    String canary) {}
