package org.silotune.fed.client;

/**
 * The most that a silo's local update can count, announced before the round.
 *
 * @param examples examples seen at most
 * @param trainedTokens trained tokens at most
 */
public record WorkBound(long examples, long trainedTokens) {}
