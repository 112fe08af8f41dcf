package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.run.FullDiskFileSystem;

/** A place that cannot be written is said to be one, and not to be held by another process. */
final class OutputPlaceTest {

  private static final String REMEDY =
      "make room or get the right to write there, or name another place: what was committed stays";

  private static final String FULL_DISK = "spark.hadoop.fs.fulldisk.impl";

  @TempDir private Path folder;
  private TinyExperiment experiment;

  @BeforeEach
  void write() {
    experiment = TinyExperiment.in(folder);
  }

  @Test
  void aPlaceBelowAFileIsNone() throws IOException {
    var obstacle = Files.writeString(folder.resolve("obstacle"), "a file").toString();

    refused("train", obstacle, "a", "Parent path is not a directory: file:%s".formatted(obstacle));
    refused(
        "prepare",
        obstacle + "/data",
        "",
        "Parent path is not a directory: file:%s".formatted(obstacle));
    assertThat(folder.resolve("obstacle")).hasContent("a file");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPlaceWhereTheSystemMakesNoFolderIsNone() throws IOException {
    refused("train", "/proc/silotune", "a", "there is no /proc/silotune");
    refused("prepare", "/proc/silotune/data", "", "there is no /proc/silotune");
  }

  @Test
  void aDiskThatFillsUpUnderAPreparationIsNamedWithItsRemedy() throws IOException {
    System.setProperty(FULL_DISK, FullDiskFileSystem.class.getName());
    try {
      FullDiskFileSystem.ROOM.set(3_000); // for the lease, and not for the shards
      var outcome = run("prepare", "fulldisk://" + folder.resolve("data"));
      assertThat(outcome.json().path("error").asText())
          .isEqualTo(
              "Cannot write prepared data fulldisk:%s/data: No space left on device; make room or get the right to write there and in Spark's temporary folder (spark.local.dir), or name another folder",
              folder);
      assertThat(outcome.status()).isEqualTo(ExitStatus.FAILED);

      FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
      assertThat(run("prepare", "fulldisk://" + folder.resolve("data")).status())
          .isEqualTo(ExitStatus.DONE);
    } finally {
      FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
      System.clearProperty(FULL_DISK);
    }
  }

  /** Both make a folder first: a run its own, a preparation that of its lock beside the data. */
  private void refused(String command, String output, String runId, String why) throws IOException {
    var place = Path.of(output);
    var outcome =
        command.equals("train") ? run(command, output, "--run-id", runId) : run(command, output);
    var made =
        command.equals("train")
            ? place.resolve(runId)
            : place.resolveSibling("_%s.preparing".formatted(place.getFileName()));
    assertThat(outcome.json().path("error").asText())
        .isEqualTo("Cannot create file:%s: %s; %s", made, why, REMEDY);
    assertThat(outcome.status()).isEqualTo(ExitStatus.FAILED);
  }

  private TinyExperiment.Outcome run(String command, String output, String... more) {
    var arguments =
        new ArrayList<>(List.of(command, experiment.file("tiny.yaml"), "--output", output));
    arguments.addAll(List.of(more));
    arguments.add("--json");
    return TinyExperiment.run(arguments.toArray(String[]::new));
  }
}
