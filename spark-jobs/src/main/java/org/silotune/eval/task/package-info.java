/**
 * Tasks as they are written, and the questions they make of rows.
 *
 * <p>{@link org.silotune.eval.task.TaskConfig} is a task file, {@link
 * org.silotune.eval.task.TaskQuestions} asks it for its questions.
 */
@NullMarked
package org.silotune.eval.task;

import org.jspecify.annotations.NullMarked;
