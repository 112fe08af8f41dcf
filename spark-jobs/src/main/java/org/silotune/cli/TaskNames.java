package org.silotune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.cli.experiment.TaskFile;
import org.silotune.eval.task.TaskConfig;
import org.silotune.llm.NearestName;

/** Tasks as an option names them: built-in ones, and files of one's own. */
final class TaskNames {

  /** The tasks of {@code submit/tasks}, which are in the jar too. */
  static final List<String> BUILT_IN =
      List.of(
          "arc-easy",
          "boolq-no-passage",
          "code-match-java",
          "code-search-net",
          "dolly-perplexity",
          "dolly-rouge-l",
          "gsm8k",
          "gsm8k-cot",
          "humaneval",
          "humaneval-x-cpp",
          "humaneval-x-go",
          "humaneval-x-java",
          "humaneval-x-js",
          "humaneval-x-python",
          "mbxp-cpp",
          "mbxp-go",
          "mbxp-java",
          "mbxp-js",
          "mbxp-python",
          "mmlu",
          "openbookqa",
          "piqa",
          "winogrande");

  private TaskNames() {}

  /** Reads the tasks, each a built-in name or the path of a YAML file. */
  static List<TaskConfig> read(List<String> names) {
    List<TaskConfig> tasks = new ArrayList<>();
    var ids = new LinkedHashSet<String>();
    for (var name : names) {
      var task = read(name.strip());
      if (!ids.add(task.id())) {
        throw new ConfigException("Invalid --tasks: task %s is named twice".formatted(task.id()));
      }
      tasks.add(task);
    }
    return tasks;
  }

  private static TaskConfig read(String name) {
    if (BUILT_IN.contains(name)) {
      return TaskFile.read(builtIn(name), name + ".yaml");
    }
    if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
      throw new ConfigException(
          "Unknown task %s%s: known are %s, or name a .yaml file of your own"
              .formatted(name, NearestName.hint(name, BUILT_IN), String.join(", ", BUILT_IN)));
    }
    var file = Path.of(Places.existing("--tasks", name));
    try {
      return TaskFile.read(Files.readString(file), String.valueOf(file.getFileName()));
    } catch (CharacterCodingException e) {
      throw new ConfigException("Cannot read task file %s: not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new ConfigException("Cannot read task file %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String builtIn(String name) {
    try (InputStream in =
        TaskNames.class.getResourceAsStream("/org/silotune/tasks/%s.yaml".formatted(name))) {
      if (in == null) {
        throw new IllegalStateException("Task %s is not on the class path".formatted(name));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read task " + name, e);
    }
  }
}
