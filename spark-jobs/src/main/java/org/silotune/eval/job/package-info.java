/**
 * Tasks over Spark partitions: {@link org.silotune.eval.job.EvaluateTasksJob} makes the tables
 * {@code predictions} and {@code evaluations}.
 */
@NullMarked
package org.silotune.eval.job;

import org.jspecify.annotations.NullMarked;
