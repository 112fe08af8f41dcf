package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.job.JobSession;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.prep.shard.PreparedFolder;

/** The command with a Delta table beside its folder: each time with a Spark of its own. */
@Tag("lakehouse")
final class PreparedTableTest {

  private static final Map<String, String> DELTA =
      Map.of(
          "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
          "spark.databricks.delta.snapshotPartitions", "2");

  @TempDir private Path folder;
  private TinyExperiment experiment;
  private Path table;

  @BeforeEach
  void begin() {
    experiment = TinyExperiment.in(folder);
    table = folder.resolve("table");
  }

  @Test
  void aFolderFillsAMissingTableWhereItIsOfTheSameRowsAlone() throws IOException {
    assertThat(prepare("prepared")).isEmpty();
    assertThat(prepare("prepared")).contains("the folder holds prepared data already");
    assertThat(rows()).isEqualTo(106);

    delete();
    assertThat(prepare("prepared")).isEmpty();
    assertThat(rows()).isEqualTo(106);
    assertThat(prepare("other"))
        .contains(
            "it holds the rows of prepared data file:%s/prepared, not of file:%1$s/other"
                .formatted(folder));
    assertThat(folder.resolve("other")).doesNotExist();

    delete();
    var elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("rows.jsonl");
    Files.copy(folder.resolve("rows.jsonl"), elsewhere);
    assertThat(prepare("prepared", "--data", elsewhere.toString())).isEmpty(); // the same rows
    delete();
    Files.writeString(elsewhere, "\n", StandardOpenOption.APPEND);
    assertThat(prepare("prepared", "--data", elsewhere.toString()))
        .contains("the folder holds prepared data already");
    assertThat(prepare("prepared", "--set", "data.seed=7"))
        .contains("the folder holds prepared data already");
    assertThat(table).doesNotExist();
  }

  @Test
  void aTableFollowsAFolderFromProcessToProcess() throws IOException {
    assertThat(prepare("followed", "--set", "data.incremental={}")).isEmpty();
    assertThat(rows()).isEqualTo(106);
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"silo\":\"s7\",\"instruction\":\"What is 1 plus 2?\",\"output\":\"It is 3.\"}\n",
        StandardOpenOption.APPEND);
    assertThat(prepare("followed", "--set", "data.incremental={}")).isEmpty();

    var manifest = PreparedFolder.at(folder.resolve("followed").toString()).manifest();
    assertThat(manifest.version()).isEqualTo(2);
    assertThat(rows()).isEqualTo(107);
  }

  /** Returns what the command says where it fails. */
  private String prepare(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "prepare",
                experiment.file("tiny.yaml"),
                "--output",
                experiment.file(output),
                "--set",
                "data.sink={table: \"delta.`%s`\", format: delta}".formatted(table)));
    DELTA.forEach(
        (key, value) -> arguments.addAll(List.of("--set", "spark.settings." + key + "=" + value)));
    arguments.addAll(Arrays.asList(more));
    var outcome = TinyExperiment.run(arguments.toArray(String[]::new));
    return outcome.status() == ExitStatus.DONE ? "" : outcome.err();
  }

  private long rows() {
    var config = new SparkConfig(SparkConfig.defaults().master(), new TreeMap<>(DELTA));
    try (var session = JobSession.open(config, NumericEnvironment.NONE, "test")) {
      Row count = session.spark().sql("SELECT count(*) FROM delta.`%s`".formatted(table)).first();
      return count.getLong(0);
    }
  }

  private void delete() throws IOException {
    try (var files = Files.walk(table)) {
      for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
