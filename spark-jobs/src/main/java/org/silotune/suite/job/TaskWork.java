package org.silotune.suite.job;

import java.util.List;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.DataFolder;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.eval.task.TaskQuestions;
import org.silotune.suite.config.SuiteDataset;
import org.silotune.suite.config.SuiteTask;

/** How much computing a data set's tasks are, guessed by the length of their texts. */
final class TaskWork {

  /** Characters of a token, of English and code. */
  private static final double CHARACTERS = 3.5;

  /** What a generated token takes beside one that is read: few are computed at once. */
  private static final double GENERATED = 4;

  /** Seconds to build and run a program. */
  private static final double PROGRAM = 1;

  private TaskWork() {}

  /**
   * Returns the seconds of all tasks, at most: as if every answer were as long as it may be.
   *
   * @param secondsPerToken of a forward pass
   */
  static double seconds(SuiteDataset dataset, DataFolder rows, double secondsPerToken) {
    double seconds = 0;
    for (SuiteTask task : dataset.tasks()) {
      for (TaskQuestion question : TaskQuestions.of(task.config(), rows, task.limit())) {
        seconds += seconds(task, question, secondsPerToken);
      }
    }
    return seconds;
  }

  private static double seconds(SuiteTask task, TaskQuestion question, double secondsPerToken) {
    double read = tokens(question.contexts()) + tokens(question.continuations());
    if (task.config().ask() instanceof GenerateConfig generate) {
      return (read + GENERATED * generate.decoding().maxNewTokens()) * secondsPerToken;
    }
    if (task.config().ask() instanceof CodeConfig code) {
      double written = GENERATED * code.decoding().maxNewTokens();
      return code.sampleCount() * ((read + written) * secondsPerToken + PROGRAM);
    }
    boolean isText = question.contexts().isEmpty();
    return (isText ? tokens(List.of(question.target())) : read) * secondsPerToken;
  }

  private static double tokens(List<String> texts) {
    return texts.stream().mapToInt(String::length).sum() / CHARACTERS;
  }
}
