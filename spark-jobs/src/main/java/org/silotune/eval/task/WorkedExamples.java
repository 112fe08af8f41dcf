package org.silotune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.silotune.eval.InvalidTaskException;

/** The examples that a task shows before its questions. */
final class WorkedExamples {

  private final TaskConfig task;
  private final ShotsConfig config;
  private final Worded worded;
  private final List<TaskRow> examples;
  private final Optional<Template> target;
  private final Template lead;

  private WorkedExamples(
      TaskConfig task, ShotsConfig config, Worded worded, List<TaskRow> examples) {
    this.task = task;
    this.config = config;
    this.worded = worded;
    this.examples = examples;
    this.target = config.target().map(text -> new Template(text, user("shots.target")));
    this.lead = new Template(config.lead().orElse(""), user("shots.lead"));
  }

  static WorkedExamples of(TaskConfig task, ShotsConfig config, Worded worded, DataFolder folder) {
    List<TaskRow> examples = new ArrayList<>();
    if (config.file().isPresent()) {
      RowFile.read(folder, config.file().get(), Integer.MAX_VALUE)
          .forEach(row -> examples.add(TaskQuestions.made(task.source(), row)));
    } else {
      config
          .examples()
          .orElseThrow()
          .forEach(
              fields ->
                  examples.add(
                      new TaskRow("shots.examples", examples.size() + 1, new TreeMap<>(fields))));
    }
    return new WorkedExamples(task, config, worded, examples);
  }

  /** Returns what stands before a row's question. */
  String before(TaskRow row) {
    StringBuilder text = new StringBuilder(lead.render(row));
    List<TaskRow> chosen = chosen(row);
    if (chosen.size() < config.count()) {
      throw new InvalidTaskException(
          "Cannot show %d examples before row %d of %s: there are %d%s"
              .formatted(
                  config.count(),
                  row.number(),
                  row.file(),
                  chosen.size(),
                  config.same().map(" with its %s"::formatted).orElse("")));
    }
    for (TaskRow example : chosen) {
      text.append(worded.shown(example, target)).append(ShotsConfig.DELIMITER);
    }
    return text.toString();
  }

  private List<TaskRow> chosen(TaskRow row) {
    return examples.stream().filter(example -> fits(example, row)).limit(config.count()).toList();
  }

  /** A question never is its own example, should the examples be of the questions' file. */
  private boolean fits(TaskRow example, TaskRow row) {
    if (example.values().equals(row.values())) {
      return false;
    }
    return config
        .same()
        .map(
            field ->
                example.text(field, user("shots.same")).equals(row.text(field, user("shots.same"))))
        .orElse(true);
  }

  private String user(String key) {
    return "%s of task %s".formatted(key, task.id());
  }
}
