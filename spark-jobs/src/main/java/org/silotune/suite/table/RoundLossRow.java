package org.silotune.suite.table;

import java.util.OptionalDouble;

/**
 * A row of the table of rounds: a validation loss of a cell's run after a round.
 *
 * @param round 0 is before the first
 * @param silo whose rows, {@code *} for all of the run's silos
 * @param validationRows how many
 * @param validationLoss mean over their answers' tokens, in nats
 * @param trainLoss of the round, where {@code silo} is {@code *}
 * @param seconds of the round, where {@code silo} is {@code *}
 */
public record RoundLossRow(
    String cell,
    String dataSet,
    String adapter,
    long seed,
    String arm,
    int round,
    String silo,
    long validationRows,
    OptionalDouble validationLoss,
    OptionalDouble trainLoss,
    OptionalDouble seconds) {}
