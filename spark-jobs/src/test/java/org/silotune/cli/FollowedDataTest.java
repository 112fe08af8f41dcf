package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** The command that a clock gives: what is new since the last time, or nothing. */
final class FollowedDataTest {

  private static final String[] HIGH_WATER = {"--set", "data.incremental.high-water=n"};

  @TempDir private Path folder;
  private Path rows;
  private Path output;

  @BeforeEach
  void write() throws IOException {
    TinyExperiment.in(folder);
    rows = folder.resolve("rows.jsonl");
    output = folder.resolve("followed");
    Files.write(rows, numbered(1, 40));
  }

  @Test
  void theSameCommandTwiceDoesNothingTheSecondTime() throws IOException {
    var first = TinyExperiment.run(command(HIGH_WATER));
    assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.DONE);
    assertThat(first.json().path("changed").asBoolean()).isTrue();
    assertThat(first.json().path("new_rows").asInt()).isEqualTo(40);
    var times = times();

    var second = TinyExperiment.run(command(HIGH_WATER));

    assertThat(second.status()).isEqualTo(ExitStatus.DONE);
    assertThat(second.out()).startsWith("Nothing is new: the folder is as it was");
    assertThat(second.json().path("changed").asBoolean(true)).isFalse();
    assertThat(second.json().path("version").asInt()).isEqualTo(1);
    assertThat(second.json().path("new_rows").asInt(-1)).isZero();
    assertThat(second.json().path("high_water").asText()).isEqualTo("40");
    assertThat(second.json().path("content_sha256")).isEqualTo(first.json().path("content_sha256"));
    assertThat(times()).isEqualTo(times);

    Files.write(rows, numbered(38, 43), StandardOpenOption.APPEND);
    var third = TinyExperiment.run(command(HIGH_WATER));
    assertThat(third.json().path("version").asInt()).isEqualTo(2);
    assertThat(third.json().path("new_rows").asInt()).isEqualTo(3);
    assertThat(third.json().path("late_rows").asInt()).isEqualTo(3);
    assertThat(third.err())
        .contains(
            "Warning: 3 rows came too late: at or below the high-water mark, or without a value, and in no version; --rebuild takes them");
    var changed = TinyExperiment.run(command("--set", "data.incremental={}"));
    assertThat(changed.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(changed.json().path("error").asText())
        .contains(
            "incremental.high-water: was n, now absent; undo the change, name another folder");
    var once = TinyExperiment.run(command("--rebuild"));
    assertThat(once.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(once.json().path("error").asText())
        .isEqualTo(
            "Invalid --rebuild: data.incremental is none, so the folder is written once; set data.incremental, or name another folder");
  }

  @Tag("stress")
  @Test
  void aKilledOneLeavesTheRowsBeforeAndTheNextTakesTheNewOnes() throws Exception {
    var first = TinyExperiment.run(command(HIGH_WATER));
    assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.DONE);
    Files.write(rows, numbered(41, 4_000), StandardOpenOption.APPEND);
    var log = folder.resolve("killed.log");
    var killed = CommandProcess.start(log, Map.of(), List.of(command(HIGH_WATER)));
    killed.await("writing 3960 rows");
    killed.process().destroyForcibly(); // SIGKILL
    assertThat(killed.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(killed.process().exitValue()).isEqualTo(128 + 9);
    assertThat(output.resolve("versions/00002")).exists();
    assertThat(output.resolve("commits/00002")).doesNotExist();

    var prepared = PreparedFolder.at(output.toString());
    assertThat(prepared.manifest().contentSha256())
        .isEqualTo(first.json().path("content_sha256").asText());
    int readable = 0;
    for (Split split : Split.values()) {
      readable += TokenShardReader.read(prepared.uri(), "s1", split).size();
    }
    assertThat(readable).isEqualTo(40);

    var next = TinyExperiment.run(command(HIGH_WATER));
    assertThat(next.status()).as(next.err()).isEqualTo(ExitStatus.DONE);
    assertThat(next.json().path("new_rows").asInt()).isEqualTo(3_960);
    assertThat(next.json().path("version").asInt()).isEqualTo(3); // 2 was begun
    var whole = new ArrayList<>(List.of(command()));
    whole.set(whole.indexOf("--output") + 1, folder.resolve("whole").toString());
    var once = TinyExperiment.run(whole.toArray(String[]::new));
    assertThat(next.json().path("content_sha256")).isEqualTo(once.json().path("content_sha256"));
  }

  @Test
  void aRunGoesOnWithTheRowsThatItBeganWith() throws IOException {
    Files.write(rows, numbered(1, 12));
    TinyExperiment.run(command(HIGH_WATER));
    var experiment = folder.resolve("tiny.yaml").toString();
    String[] training = {
      "train",
      experiment,
      "--output",
      folder.resolve("runs").toString(),
      "--run-id",
      "r",
      "--data",
      output.toString(),
      "--json",
      "--set",
      "federated.rounds=1"
    };
    var first = TinyExperiment.run(training);
    assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.DONE);
    Files.write(rows, numbered(13, 20), StandardOpenOption.APPEND);
    assertThat(TinyExperiment.run(command(HIGH_WATER)).json().path("version").asInt()).isEqualTo(2);

    training[training.length - 1] = "federated.rounds=2";
    var more = TinyExperiment.run(training);

    assertThat(more.status()).as(more.err()).isEqualTo(ExitStatus.DONE);
    assertThat(more.err()).contains("Round 2 of 2").doesNotContain("Round 1 of");
    training[training.length - 1] = "federated.rounds=1";
    training[5] = "other";
    var other = TinyExperiment.run(training);
    assertThat(other.status()).as(other.err()).isEqualTo(ExitStatus.DONE);
    assertThat(other.json().path("loss_before")).isNotEqualTo(first.json().path("loss_before"));
  }

  private String[] command(String... more) {
    var command =
        new ArrayList<>(
            List.of(
                "prepare",
                folder.resolve("tiny.yaml").toString(),
                "--output",
                output.toString(),
                "--json"));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private Map<String, String> times() throws IOException {
    Map<String, String> times = new TreeMap<>();
    try (var files = Files.walk(output)) {
      for (var file : files.sorted().toList()) {
        times.put(output.relativize(file).toString(), Files.getLastModifiedTime(file).toString());
      }
    }
    return times;
  }

  private static List<String> numbered(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(
            n ->
                "{\"silo\":\"s1\",\"instruction\":\"What is %d plus 1?\",\"output\":\"The answer is %d.\",\"n\":%d}"
                    .formatted(n, n + 1, n))
        .toList();
  }
}
