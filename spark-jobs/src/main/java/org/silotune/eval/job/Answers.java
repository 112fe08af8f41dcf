package org.silotune.eval.job;

import java.util.List;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.MultipleChoiceConfig;
import org.silotune.eval.task.PerplexityConfig;
import org.silotune.eval.task.TaskConfig;
import org.silotune.eval.task.TaskQuestion;

/** How questions of a kind are answered and scored. */
interface Answers {

  /** Returns a row or several for each question. */
  List<TaskPrediction> to(List<TaskQuestion> questions);

  /** Returns the answers that a task asks for. */
  static Answers of(TaskConfig task, AskedModel model) {
    if (task.ask() instanceof MultipleChoiceConfig ask) {
      return new ChoiceAnswers(task.id(), ask, model);
    }
    if (task.ask() instanceof GenerateConfig ask) {
      return new TextAnswers(task.id(), ask, model);
    }
    if (task.ask() instanceof PerplexityConfig ask) {
      return new PerplexityAnswers(task.id(), ask, model);
    }
    if (task.ask() instanceof CodeConfig ask) {
      return new CodeAnswers(task.id(), ask, model);
    }
    throw new IllegalStateException("No answers to " + task.ask());
  }
}
