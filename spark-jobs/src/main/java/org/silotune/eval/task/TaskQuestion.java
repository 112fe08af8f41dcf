package org.silotune.eval.task;

import java.io.Serializable;
import java.util.List;

/**
 * One question of a task, ready to be asked.
 *
 * @param number of the question in its task, from 0
 * @param exampleId what tells it apart
 * @param group the group its score counts for, empty where the task has none
 * @param contexts what is continued: one text, or one a choice; none of a perplexity
 * @param continuations what might follow, one a choice; none where an answer is generated
 * @param choices the choices as they are shown in tables and measured
 * @param gold the place of the right choice, -1 where there are no choices
 * @param target the reference, of a perplexity the text itself
 * @param row what it was made of
 */
public record TaskQuestion(
    int number,
    String exampleId,
    String group,
    List<String> contexts,
    List<String> continuations,
    List<String> choices,
    int gold,
    String target,
    TaskRow row)
    implements Serializable {

  /** What tables call all groups together. No group has this name. */
  public static final String ALL = "*";

  /** The place of no choice. */
  static final int NONE = -1;

  public TaskQuestion {
    contexts = List.copyOf(contexts);
    continuations = List.copyOf(continuations);
    choices = List.copyOf(choices);
  }

  /** Returns what is shown before the answer, as tables show it. */
  public String prompt() {
    return contexts.isEmpty() ? "" : contexts.get(0);
  }
}
