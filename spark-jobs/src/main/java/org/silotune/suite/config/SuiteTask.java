package org.silotune.suite.config;

import static java.util.Objects.requireNonNull;

import org.silotune.eval.task.TaskConfig;

/**
 * A task that the cells of a data set are asked.
 *
 * @param config the task
 * @param limit how many of its first questions
 */
public record SuiteTask(TaskConfig config, int limit) {

  public SuiteTask {
    requireNonNull(config, "config");
  }
}
