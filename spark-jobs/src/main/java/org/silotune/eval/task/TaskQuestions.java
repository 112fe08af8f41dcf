package org.silotune.eval.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silotune.eval.InvalidTaskException;

/** The questions that a task makes of its rows. */
public final class TaskQuestions {

  private final TaskConfig task;
  private final Worded worded;
  private final Optional<WorkedExamples> shots;

  private TaskQuestions(TaskConfig task, Worded worded, Optional<WorkedExamples> shots) {
    this.task = task;
    this.worded = worded;
    this.shots = shots;
  }

  /**
   * Returns the questions of the first rows.
   *
   * @param most how many at most
   * @throws InvalidTaskException if the task does not fit its rows: a field is missing, an answer
   *     is none of the labels, an id stands twice, there are no rows
   */
  public static List<TaskQuestion> of(TaskConfig task, DataFolder folder, int most) {
    Worded worded = new Worded(task);
    Optional<WorkedExamples> shots =
        task.shots().map(config -> WorkedExamples.of(task, config, worded, folder));
    return new TaskQuestions(task, worded, shots).ask(rows(task, folder, most));
  }

  private static List<TaskRow> rows(TaskConfig task, DataFolder folder, int most) {
    SourceConfig source = task.source();
    // The last row may exchange a field with the one behind it.
    int read = source.swap().isPresent() && most < Integer.MAX_VALUE ? most + 1 : most;
    List<TaskRow> rows =
        RowFile.read(folder, source.file(), read).stream().map(row -> made(source, row)).toList();
    return source
        .swap()
        .map(field -> SwappedRows.of(field, rows, "source.swap of task " + task.id()))
        .orElse(rows)
        .stream()
        .limit(most)
        .toList();
  }

  private List<TaskQuestion> ask(List<TaskRow> rows) {
    if (rows.isEmpty()) {
      throw new InvalidTaskException(
          "Cannot ask task %s: %s has no rows".formatted(task.id(), task.source().file()));
    }
    List<TaskQuestion> questions = new ArrayList<>();
    Map<String, Integer> seen = new LinkedHashMap<>();
    for (TaskRow row : rows) {
      String id =
          task.source()
              .id()
              .map(field -> row.text(field, user("source.id")))
              .orElseGet(() -> "%06d".formatted(row.number()));
      Integer before = seen.put(id, row.number());
      if (before != null) {
        throw new InvalidTaskException(
            "Invalid id %s in row %d of %s: row %d has it already; name a field that tells rows apart, or none"
                .formatted(id, row.number(), row.file(), before));
      }
      questions.add(question(row, id));
    }
    return questions;
  }

  private TaskQuestion question(TaskRow row, String id) {
    String group =
        task.source().group().map(field -> row.text(field, user("source.group"))).orElse("");
    if (group.equals(TaskQuestion.ALL)) {
      throw new InvalidTaskException(
          "Invalid group %s in row %d of %s: tables call all groups together so; give the group another name"
              .formatted(group, row.number(), row.file()));
    }
    String lead = shots.map(examples -> examples.before(row)).orElse("");
    return worded.question(row, row.number() - 1, id, group, lead);
  }

  private String user(String key) {
    return "%s of task %s".formatted(key, task.id());
  }

  /** Returns a row with the fields that are made of others. */
  static TaskRow made(SourceConfig source, TaskRow row) {
    TaskRow more = row;
    for (FieldPattern field : source.made()) {
      more = field.addTo(more);
    }
    return more;
  }
}
