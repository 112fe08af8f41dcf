package org.silotune.suite.table;

/**
 * A row of the table of losses: the loss of one test row in one cell.
 *
 * @param learnt the silo that learns alone, empty of other arms
 * @param silo whose test row it is
 * @param tokens that carry loss
 * @param lossSum over them, in nats
 */
public record RowLossRow(
    String cell,
    String dataSet,
    String adapter,
    long seed,
    String arm,
    String learnt,
    String silo,
    String exampleId,
    long tokens,
    double lossSum) {}
