package org.silotune.suite.cell;

import java.util.OptionalDouble;

/**
 * A metric of a task, of one group of questions or of all.
 *
 * @param task its id
 * @param metric its name
 * @param group {@code *} for all questions
 * @param examples how many were scored
 * @param notRun how many were not
 * @param score none where nothing was scored
 * @param low of its 95 % interval over questions
 * @param high of the same
 */
public record CellScore(
    String task,
    String metric,
    String group,
    long examples,
    long notRun,
    OptionalDouble score,
    OptionalDouble low,
    OptionalDouble high) {}
