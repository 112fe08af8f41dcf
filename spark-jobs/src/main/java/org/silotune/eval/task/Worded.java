package org.silotune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.silotune.eval.InvalidTaskException;

/**
 * A task's words for a row. An answer follows its prompt after one space, as in
 * lm-evaluation-harness.
 */
final class Worded {

  private static final String GAP = " ";

  private final TaskConfig task;

  Worded(TaskConfig task) {
    this.task = task;
  }

  /** Returns the question of a row, after what stands before it. */
  TaskQuestion question(TaskRow row, int number, String id, String group, String lead) {
    if (task.ask() instanceof MultipleChoiceConfig ask) {
      return choice(ask, row, number, id, group, lead);
    }
    List<String> contexts = new ArrayList<>();
    String target;
    if (task.ask() instanceof GenerateConfig ask) {
      contexts.add(lead + render("prompt", ask.prompt(), row));
      target = render("target", ask.target(), row);
    } else if (task.ask() instanceof CodeConfig ask) {
      contexts.add(lead + render("prompt", ask.prompt(), row));
      target = solution(ask, row);
      new ProgramText(task.id(), ask).of(row, target, "");
    } else if (task.ask() instanceof PerplexityConfig ask) {
      target = render("text", ask.text(), row);
    } else {
      throw new IllegalStateException("No words for " + task.ask());
    }
    return new TaskQuestion(
        number, id, group, contexts, List.of(), List.of(), TaskQuestion.NONE, target, row);
  }

  /** Returns a worked example. */
  String shown(TaskRow example, Optional<Template> target) {
    String answer =
        target.map(template -> template.render(example)).orElseGet(() -> reference(example));
    return prompt(example) + GAP + answer;
  }

  private String prompt(TaskRow row) {
    if (task.ask() instanceof MultipleChoiceConfig ask) {
      return render("prompt", ask.prompt(), row);
    }
    if (task.ask() instanceof GenerateConfig ask) {
      return render("prompt", ask.prompt(), row);
    }
    if (task.ask() instanceof CodeConfig ask) {
      return render("prompt", ask.prompt(), row);
    }
    throw new IllegalStateException("No prompt for " + task.ask());
  }

  private String reference(TaskRow row) {
    if (task.ask() instanceof MultipleChoiceConfig ask) {
      List<String> choices = choices(ask, row);
      return choices.get(gold(ask, row, choices));
    }
    if (task.ask() instanceof GenerateConfig ask) {
      return render("target", ask.target(), row);
    }
    throw new IllegalStateException("No reference for " + task.ask());
  }

  private TaskQuestion choice(
      MultipleChoiceConfig ask, TaskRow row, int number, String id, String group, String lead) {
    String prompt = lead + render("prompt", ask.prompt(), row);
    List<String> choices = choices(ask, row);
    List<String> contexts = new ArrayList<>();
    List<String> continuations = new ArrayList<>();
    for (String choice : choices) {
      if (ask.ending().isPresent()) {
        contexts.add(prompt + choice);
        continuations.add(GAP + render("ending", ask.ending().get(), row));
      } else {
        continuations.add(GAP + choice);
      }
    }
    if (contexts.isEmpty()) {
      contexts.add(prompt);
    }
    int gold = gold(ask, row, choices);
    return new TaskQuestion(
        number, id, group, contexts, continuations, choices, gold, choices.get(gold), row);
  }

  private List<String> choices(MultipleChoiceConfig ask, TaskRow row) {
    return ask.choiceList()
        .map(field -> row.list(field, user("choice-list")))
        .orElseGet(
            () ->
                ask.choices().orElseThrow().stream()
                    .map(choice -> render("choices", choice, row))
                    .toList());
  }

  private int gold(MultipleChoiceConfig ask, TaskRow row, List<String> choices) {
    String answer = render("answer", ask.answer(), row);
    int gold = ask.labels().indexOf(answer);
    if (gold < 0) {
      throw new InvalidTaskException(
          "Invalid answer %s in row %d of %s: the labels of task %s are %s"
              .formatted(
                  answer, row.number(), row.file(), task.id(), String.join(", ", ask.labels())));
    }
    if (gold >= choices.size()) {
      throw new InvalidTaskException(
          "Invalid answer %s in row %d of %s: the row has %d choices"
              .formatted(answer, row.number(), row.file(), choices.size()));
    }
    return gold;
  }

  /** A problem without a known solution is not run, which is no error. */
  private String solution(CodeConfig ask, TaskRow row) {
    Template template = new Template(ask.solution(), user("solution"));
    return template.isField() && !row.values().containsKey(template.field())
        ? ""
        : template.render(row);
  }

  private String render(String key, String text, TaskRow row) {
    return new Template(text, user(key)).render(row);
  }

  private String user(String key) {
    return "%s of task %s".formatted(key, task.id());
  }
}
