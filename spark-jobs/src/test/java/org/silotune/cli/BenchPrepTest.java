package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.shard.PreparedFolder;

/** A measured preparation, over few rows. */
final class BenchPrepTest {

  private static final int ROWS = 640; // the bundled rows are 600

  @TempDir private Path folder;

  @Test
  void itPreparesTheRowsAskedForAndTellsWhatEachStepTook() throws IOException {
    var kept = folder.resolve("kept");
    var outcome = run("--rows", "" + ROWS, "--keep", kept.toString());
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);

    var json = outcome.json();
    assertThat(Files.readAllLines(kept.resolve("rows/rows.jsonl")))
        .hasSize(ROWS)
        .doesNotHaveDuplicates();
    var manifest = PreparedFolder.at(kept.resolve("data").toString()).manifest();
    assertThat(json.path("rows").asLong()).isEqualTo(ROWS).isEqualTo(manifest.rowsIn());
    assertThat(json.path("content_sha256").asText()).isEqualTo(manifest.contentSha256());
    assertThat(json.path("tokens").asLong()).isGreaterThan(10L * ROWS);
    assertThat(json.path("rows_per_second").asDouble())
        .isEqualTo(ROWS / json.path("seconds").asDouble());
    assertThat(json.path("stages").findValuesAsText("stage"))
        .containsExactly("read", "normalise", "silos", "tokenise", "write");
    assertThat(seconds(json).stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(json.path("seconds").asDouble(), within(1e-6));
    assertThat(json.path("heap_peak_bytes").asLong()).isPositive();

    var again = run("--rows", "" + ROWS, "--keep", kept.toString());
    assertThat(again.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(again.json().path("error").asText())
        .isEqualTo("Invalid --keep %s: it exists; name a new folder".formatted(kept));
  }

  private static List<Double> seconds(JsonNode json) {
    List<Double> seconds = new ArrayList<>();
    json.path("stages").forEach(stage -> seconds.add(stage.path("seconds").asDouble()));
    return seconds;
  }

  private static TinyExperiment.Outcome run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("bench", "prep", "--model", "tiny"));
    arguments.addAll(List.of("--experiment", "../submit/experiments/quickstart-tiny.yaml"));
    arguments.addAll(List.of("--set", "data.stages.normalise=true"));
    arguments.addAll(List.of(more));
    arguments.add("--json");
    return TinyExperiment.run(arguments.toArray(String[]::new));
  }
}
