package org.silotune.suite.table;

import java.util.OptionalDouble;

/**
 * A row of the table of scores: a metric of a task, of one cell and group of questions.
 *
 * @param silo that learns alone, empty of other arms
 * @param questions {@code *} for all, else a group
 * @param examples how many were scored
 * @param notRun how many were not
 * @param low of the 95 % interval over questions
 * @param high of the same
 */
public record ScoreRow(
    String cell,
    String dataSet,
    String adapter,
    long seed,
    String arm,
    String silo,
    String task,
    String metric,
    String questions,
    long examples,
    long notRun,
    OptionalDouble score,
    OptionalDouble low,
    OptionalDouble high) {}
