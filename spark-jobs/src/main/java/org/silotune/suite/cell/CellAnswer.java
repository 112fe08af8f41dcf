package org.silotune.suite.cell;

/**
 * What one question adds to a metric of a task: comparisons pair these.
 *
 * @param task its id
 * @param metric its name
 * @param example which question
 * @param value such as 1 for a right answer, or a loss
 * @param weight such as 1, or how many tokens the loss is of
 */
public record CellAnswer(String task, String metric, String example, double value, double weight) {}
