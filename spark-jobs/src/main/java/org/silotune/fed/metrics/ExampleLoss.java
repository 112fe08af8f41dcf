package org.silotune.fed.metrics;

import java.io.Serializable;

/**
 * The loss of one held-out example.
 *
 * @param silo whose example it is
 * @param exampleId which of its examples
 * @param tokens that carry loss
 * @param lossSum over them, in nats
 */
public record ExampleLoss(String silo, String exampleId, long tokens, double lossSum)
    implements Serializable {}
