package org.silotune.suite.cell;

/**
 * What a round of a cell's run took.
 *
 * @param round from 1
 * @param cohort silos that were asked
 * @param steps of all silos
 * @param tokens that they computed
 * @param trainLoss mean over trained tokens
 * @param seconds of wall time
 */
public record CellRound(
    int round, int cohort, long steps, long tokens, double trainLoss, double seconds) {}
