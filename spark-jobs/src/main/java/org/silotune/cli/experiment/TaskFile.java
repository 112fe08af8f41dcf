package org.silotune.cli.experiment;

import java.nio.file.Path;
import org.silotune.eval.task.TaskConfig;

/** A task as it is written: a YAML file with the keys of {@link TaskConfig}. */
public final class TaskFile {

  private TaskFile() {}

  /**
   * Reads a task.
   *
   * @param name what messages call the text
   * @throws ConfigException that names the key, the value and the line
   */
  public static TaskConfig read(String text, String name) {
    var folder = Path.of("").toAbsolutePath();
    return new RecordBinder(new ScalarValue(folder, folder))
        .bind(TaskConfig.class, ConfigTree.parse(text, name));
  }
}
