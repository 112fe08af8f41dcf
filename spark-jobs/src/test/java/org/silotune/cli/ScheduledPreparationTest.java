package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a clock gives it: a process of its own each time, its end told by its status. */
final class ScheduledPreparationTest {

  @TempDir private Path folder;
  private Path output;

  @Test
  void theSecondProcessDoesNothingAndABadSettingHasItsStatus() throws Exception {
    TinyExperiment.in(folder);
    output = Files.createDirectory(folder.resolve("kept")).resolve("followed");

    JsonNode first = prepare("first", "data.incremental={}", ExitStatus.DONE);
    assertThat(first.path("changed").asBoolean()).isTrue();
    assertThat(first.path("new_rows").asInt()).isEqualTo(106);
    var written = files();

    JsonNode second = prepare("second", "data.incremental={}", ExitStatus.DONE);
    assertThat(second.path("changed").asBoolean(true)).isFalse();
    assertThat(second.path("new_rows").asInt(-1)).isZero();
    assertThat(second.path("content_sha256")).isEqualTo(first.path("content_sha256"));
    assertThat(files()).isEqualTo(written); // beside the folder too: no lock, nothing half done

    JsonNode bad = prepare("bad", "data.incremental={low-water: n}", ExitStatus.USAGE);
    assertThat(bad.path("error").asText()).contains("low-water", "high-water");
    assertThat(files()).isEqualTo(written);
  }

  /** Returns the last line of the log: what a program that watches it reads. */
  private JsonNode prepare(String name, String setting, int status) throws Exception {
    var log = folder.resolve(name + ".log");
    var command =
        CommandProcess.start(
            log,
            Map.of(),
            List.of(
                "prepare",
                folder.resolve("tiny.yaml").toString(),
                "--output",
                output.toString(),
                "--set",
                setting,
                "--json"));
    assertThat(command.process().waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(command.process().exitValue()).as(command.err()).isEqualTo(status);
    var out = command.out();
    return Subcommand.JSON.readTree(out.get(out.size() - 1));
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.walk(output.getParent())) {
      for (var path : paths.skip(1).toList()) { // a lock comes and goes in the folder around
        files.put(
            path.toString(), Files.getLastModifiedTime(path) + " " + Files.size(path) + " bytes");
      }
    }
    return files;
  }
}
