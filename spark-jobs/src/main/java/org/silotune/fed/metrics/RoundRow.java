package org.silotune.fed.metrics;

/**
 * A row of the table of rounds: one committed round.
 *
 * @param round from 1
 * @param cohort silos that were asked
 * @param participants silos whose delta counts in the aggregate
 * @param weight sum of their aggregation weights
 * @param trainLoss mean training loss over the participants' trained tokens
 * @param deltaNorm L2 norm of the aggregated delta
 * @param rangeExponent {@code r}: coordinates were encoded inside {@code [-2^r, 2^r]}
 * @param fractionBits {@code e}: coordinates were encoded in units of {@code 2^-e}
 * @param announcedWeight {@code Wb}: the largest weight sum the encoding left room for
 * @param reproducible false where a clock, a lost machine or another numeric profile had a say in
 *     the result
 * @param seconds wall time
 * @param adapterSha256 hash of the global adapter after the round: equal runs have equal hashes
 */
public record RoundRow(
    int round,
    int cohort,
    int participants,
    long weight,
    double trainLoss,
    double deltaNorm,
    int rangeExponent,
    int fractionBits,
    long announcedWeight,
    boolean reproducible,
    double seconds,
    String adapterSha256) {}
