package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.eval.task.TaskConfig;

final class TaskNamesTest {

  @Test
  void everyTaskOfTheFolderIsKnownByItsName() throws IOException {
    try (var files = Files.list(Path.of("../submit/tasks"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")).sorted())
          .containsExactlyElementsOf(TaskNames.BUILT_IN);
    }
    assertThat(TaskNames.read(TaskNames.BUILT_IN))
        .extracting(TaskConfig::id)
        .containsExactlyElementsOf(TaskNames.BUILT_IN);
  }

  @Test
  void unknownTasksAndFilesAreSaid() {
    refused(
        List.of("gsm8"),
        "Unknown task gsm8 (did you mean gsm8k?): known are %s, or name a .yaml file of your own"
            .formatted(String.join(", ", TaskNames.BUILT_IN)));
    refused(
        List.of("no-such.yaml"),
        "Invalid --tasks %s: it does not exist"
            .formatted(Path.of("no-such.yaml").toAbsolutePath()));
    refused(List.of("piqa", "piqa"), "Invalid --tasks: task piqa is named twice");
  }

  private static void refused(List<String> names, String message) {
    assertThatThrownBy(() -> TaskNames.read(names))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
