/**
 * Scores of a model on tasks: declarative files over rows of questions.
 *
 * <p>{@code sandbox} runs programs that a model wrote, {@code task} reads tasks and writes prompts,
 * {@code score} compares answers, {@code job} does it all over Spark partitions.
 */
@NullMarked
package org.silotune.eval;

import org.jspecify.annotations.NullMarked;
