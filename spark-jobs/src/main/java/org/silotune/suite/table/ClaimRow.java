package org.silotune.suite.table;

/**
 * A row of the table of claims: that one arm is better than another, and what is to be said.
 *
 * @param advantage by how much the first is better, in the measure's unit; negative where it is not
 * @param low of the 95 % interval over seeds and examples
 * @param high of the same
 * @param seedsAgreeing seeds whose own advantage has the sign of that of all
 * @param verdict {@code holds}, {@code does not hold} or {@code cannot be told}
 */
public record ClaimRow(
    String dataSet,
    String adapter,
    String measure,
    String better,
    String worse,
    double advantage,
    double low,
    double high,
    int seeds,
    long seedsAgreeing,
    int examples,
    String verdict) {}
