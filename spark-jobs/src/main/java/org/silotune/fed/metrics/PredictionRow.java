package org.silotune.fed.metrics;

import java.io.Serializable;

/**
 * A row of the table of predictions: a greedy answer to a held-out prompt.
 *
 * @param round the round whose adapter answered; 0 is the base model
 * @param expected the reference answer
 * @param exactMatch whether the answer checks out, where it can be checked
 */
public record PredictionRow(
    int round,
    String split,
    String silo,
    String exampleId,
    String prompt,
    String expected,
    String prediction,
    boolean checkable,
    boolean exactMatch)
    implements Serializable {}
