package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** A suite of two silos with the bundled model: one start that meets a failing cell, and others. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BenchmarkCommandTest {

  private static final String SUITE =
      """
      name: sums
      experiment:
        model: tiny
        data: { source: { files: ["*.jsonl"] }, holdout: { validation: 0.2, test: 0.3 }, max-length: 64 }
        lora: { rank: 2 }
        local: { learning-rate: 5e-3, batch-size: 4, token-budget: 256, length: { kind: epochs, count: 1 } }
        federated: { rounds: 2 }
        report: { samples: 0 }
        spark: { master: "local[4,4]", settings: { spark.task.cpus: 2 } }
      data-sets:
        sums: { folder: rows }
        nameless: {}
      adapters:
        lora: { lora: { alpha: 8 } }
      scales:
        tiny:
          seeds: [1]
          adapters: [lora]
          data-sets: { sums: { silos: 2, train: 16, validation: 4, test: 8, tasks: { quiz.yaml: 3 } } }
      """;

  private static final String QUIZ =
      """
      id: quiz
      source: { file: quiz.jsonl, id: name }
      ask:
        kind: multiple-choice
        prompt: "{{question}}"
        choices: [one, two]
        labels: [a, b]
        answer: "{{gold}}"
        metrics: [acc]
      """;

  private static final List<String> CELLS =
      List.of(
          "sums.base",
          "sums.lora.seed1.global",
          "sums.lora.seed1.federated",
          "sums.lora.seed1.local-01-b",
          "sums.lora.seed1.local-02-c");

  @TempDir private static Path folder;
  private static Outcome first;
  private static SparkSession spark;

  @BeforeAll
  static void killAStartAndLetTheNextMeetACellThatFails() throws Exception {
    var rows = Files.createDirectory(folder.resolve("rows"));
    List<String> lines = new ArrayList<>();
    for (var silo : Map.of("a", 9, "b", 40, "c", 60).entrySet()) {
      for (int i = 0; i < silo.getValue(); i++) {
        lines.add(
            "{\"silo\":\"%s\",\"instruction\":\"What is %d plus %d?\",\"output\":\"The answer is %d.\"}"
                .formatted(
                    silo.getKey(),
                    silo.getKey().charAt(0) % 7,
                    i,
                    silo.getKey().charAt(0) % 7 + i));
      }
    }
    Files.write(rows.resolve("rows.jsonl"), lines);
    Files.writeString(folder.resolve("suite.yaml"), SUITE);
    Files.writeString(folder.resolve("quiz.yaml"), QUIZ);
    Files.writeString(
        folder.resolve("quiz.jsonl"),
        """
        {"name": "x", "question": "What is one plus one?", "gold": "b"}
        {"name": "y", "question": "What is two less one?", "gold": "a"}
        {"name": "z", "question": "What is one?", "gold": "a"}
        """);
    Files.createDirectories(run(CELLS.get(2)));
    Files.writeString(run(CELLS.get(2)).resolve("letter.txt"), "not a run");
    var process = CommandProcess.start(folder.resolve("killed.log"), Map.of(), arguments());
    process.await("Cell 2 of 5");
    process.await("round 1 of 2 done");
    process.process().destroyForcibly().waitFor();
    assertThat(cells()).as("what had ended").containsOnlyKeys(CELLS.get(0));
    spark =
        SparkSession.builder()
            .master("local[4,4]")
            .config("spark.task.cpus", 2)
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 4)
            .getOrCreate();
    first = benchmark();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  @Order(1)
  void aKilledStartGoesOnAtTheCellAndACellThatFailsIsRecorded() throws IOException {
    assertThat(first.err())
        .contains(
            "Cell 1 of 5: sums, base model is done\n",
            "Going on after round 1 of 2\n",
            "Cell 3 of 5: sums, lora, seed 1, federated\n");
    assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.FAILED);
    assertThat(first.json().path("error").asText())
        .isEqualTo(
            "Cannot finish suite sums-tiny: 1 of 5 cells failed: sums, lora, seed 1, federated; the report has the reasons, and the same command tries them again");
    assertThat(cell(CELLS.get(2)).path("reason").asText())
        .contains("it holds letter.txt and no run");
    for (var done : List.of(0, 1, 3, 4)) {
      assertThat(cell(CELLS.get(done)).path("status").asText()).isEqualTo("DONE");
    }
    assertThat(Files.readString(folder.resolve("suites/sums-tiny/report/report.md")))
        .contains(
            "1 of 5 cells have none", "sums, lora: cannot be told, for no seed has all its cells");
  }

  @Test
  @Order(2)
  void theNextStartTriesItAgainMakesALostOneAgainAndLeavesTheOthers() throws IOException {
    var before = cells();
    var lost = before.remove(CELLS.get(3));
    Files.delete(file(CELLS.get(3)));
    Files.delete(run(CELLS.get(2)).resolve("letter.txt"));
    var again = benchmark("--report", folder.resolve("elsewhere").toString());
    assertThat(again.status()).as(again.err()).isEqualTo(ExitStatus.DONE);
    assertThat(again.json().path("run").asInt()).isEqualTo(2);
    for (var part : List.of("losses", "scores", "answers", "curve", "adapter-sha256")) {
      assertThat(cell(CELLS.get(3)).path(part)).isEqualTo(lost.path(part));
    }
    assertThat(again.err())
        .contains(
            "Cell 1 of 5: sums, base model is done\n",
            "Cell 3 of 5: sums, lora, seed 1, federated\n");
    before.remove(CELLS.get(2));
    assertThat(cells()).containsAllEntriesOf(before);
    assertThat(again.json().path("claims").findValuesAsText("claim"))
        .contains("global > federated", "federated > local");
    assertThat(again.json().path("claims").findValuesAsText("verdict"))
        .containsOnly("cannot be told");
  }

  @Test
  @Order(3)
  void theArmsDivideTheSameRows() throws IOException {
    var data = folder.resolve("suites/sums-tiny/data/sums");
    List<String> global = new ArrayList<>();
    List<String> federated = new ArrayList<>();
    List<String> local = new ArrayList<>();
    for (var split : List.of(Split.TRAIN, Split.VALIDATION)) {
      global.addAll(rows(data.resolve("seed-1/global"), "all", split));
      for (var silo : List.of("b", "c")) {
        federated.addAll(rows(data.resolve("seed-1/federated"), silo, split));
      }
      local.addAll(rows(data.resolve("seed-1/local-01"), "b", split));
      local.addAll(rows(data.resolve("seed-1/local-02"), "c", split));
    }
    assertThat(global).containsExactlyInAnyOrderElementsOf(federated).hasSize(16 + 4);
    assertThat(local).containsExactlyInAnyOrderElementsOf(federated);
    List<String> test = new ArrayList<>();
    for (var silo : List.of("b", "c")) {
      test.addAll(rows(data.resolve("test"), silo, Split.TEST));
    }
    assertThat(test).hasSize(8).doesNotContainAnyElementsOf(federated);
  }

  @Test
  @Order(4)
  void bytesAreThoseOfThePlanAndOnlyWhereSilosShare() throws IOException {
    for (var each : CELLS) {
      var costs = cell(each).path("costs");
      boolean shares = each.endsWith("federated");
      long floats = 4L * 4 * 2 * (2 * (192 + 192) + 2 * (192 + 64)); // rank 2, as in DryRunTest
      long messages = shares ? 2 * 2 : 0; // rounds, silos
      assertThat(costs.path("bytes-up").asLong())
          .isBetween(messages * floats, messages * (floats + 4096));
      assertThat(costs.path("peak-bytes").asLong()).isGreaterThan(100L << 20);
    }
    assertThat(cell(CELLS.get(1)).path("costs").path("steps").asInt()).isEqualTo(2 * 16 / 4);
    assertThat(cell(CELLS.get(2)).path("costs").path("steps").asInt()).isEqualTo(2 * 16 / 4);
    assertThat(cell(CELLS.get(3)).path("costs").path("steps").asInt()).isEqualTo(2 * 8 / 4);
  }

  @Test
  @Order(4)
  void lossesByRowAddUpToThoseOfEvaluate() throws IOException {
    var test = folder.resolve("suites/sums-tiny/data/sums/test").toString();
    var evaluated = TinyExperiment.run("evaluate", "--model", "tiny", "--data", test, "--json");
    assertThat(evaluated.status()).as(evaluated.err()).isEqualTo(ExitStatus.DONE);
    double sum = 0;
    long tokens = 0;
    for (var loss : cell(CELLS.get(0)).path("losses")) {
      sum += loss.path("loss-sum").asDouble();
      tokens += loss.path("tokens").asLong();
    }
    assertThat(evaluated.json().path("tokens").asLong()).isEqualTo(tokens);
    assertThat(evaluated.json().path("loss").asDouble()).isCloseTo(sum / tokens, within(1e-5));
  }

  @Test
  @Order(5)
  void tablesAreReadWithSqlAndAsText() throws Exception {
    var tables = folder.resolve("suites/sums-tiny/tables");
    var cells = spark.read().parquet(tables.resolve("cells").toString());
    assertThat(cells.where("status = 'done'").count()).isEqualTo(5);
    var losses = spark.read().parquet(tables.resolve("losses").toString());
    losses.createOrReplaceTempView("losses");
    cells.createOrReplaceTempView("cells");
    var rows =
        spark
            .sql(
                """
                SELECT c.cell, c.test_loss, sum(l.loss_sum) / sum(l.tokens)
                FROM cells c JOIN losses l ON c.cell = l.cell GROUP BY ALL
                """)
            .collectAsList();
    assertThat(rows).hasSize(5);
    rows.forEach(row -> assertThat(row.getDouble(1)).isCloseTo(row.getDouble(2), within(1e-12)));
    assertThat(spark.read().parquet(tables.resolve("rounds").toString()).count())
        .as("rounds 0 to 2 of: all; all and two silos; all and one silo, twice")
        .isEqualTo(3 * (2 + 3 + 2 + 2));
    assertThat(spark.read().parquet(tables.resolve("scores").toString()).count()).isEqualTo(5);
    var csv = Files.readAllLines(tables.resolve("cells.csv"));
    assertThat(csv).hasSize(6);
    assertThat(csv.get(0)).startsWith("cell,data_set,adapter,seed,arm,silo,status,");
    assertThat(csv.get(1)).startsWith("sums.base,sums,,0,base,,done,");
  }

  @Test
  @Order(6)
  void theReportHasEveryPartOfTheSuite() throws IOException {
    var html = Files.readString(report("report.html"));
    assertThat(html)
        .contains(
            "global &gt; federated: cannot be told at 1 seed.", "quiz", "tokens/s", "aria-label=")
        .doesNotContain("http:", "https:", "<script");
    try (var charts = Files.list(report("charts"))) {
      assertThat(charts.count()).isEqualTo(2 + 3 + 2);
    }
    assertThat(Files.readString(report("report.md")))
        .contains(
            "silotune benchmark %s --scale tiny --data DIR"
                .formatted(folder.resolve("suite.yaml")));
  }

  @Test
  @Order(8)
  void aSuiteThatChangedIsRefusedWithWhatDiffers() throws IOException {
    var before = cells();
    refused(
        "Cannot go on with suite sums-tiny: it changed since its cells were run: sums.lora.local.learning-rate: was 0.005, now 0.01; undo the change, or use another --id",
        "--set",
        "local.learning-rate=0.01");
    assertThat(cells()).isEqualTo(before);
  }

  @Test
  @Order(9)
  void aDryRunPredictsEveryCellAndLeavesNothing() throws IOException {
    var planned = benchmark("--dry-run", "--id", "planned", "--seeds", "1,2");
    assertThat(planned.status()).as(planned.err()).isEqualTo(ExitStatus.DONE);
    assertThat(planned.json().path("cells")).hasSize(9);
    double sum = planned.json().path("prepare_seconds").asDouble();
    for (var each : planned.json().path("cells")) {
      assertThat(each.path("seconds").asDouble()).isPositive();
      assertThat(each.path("done").asBoolean()).isFalse();
      sum += each.path("seconds").asDouble();
    }
    assertThat(planned.json().path("seconds").asDouble()).isCloseTo(sum, within(1e-6));
    assertThat(planned.out()).contains("9 cells, 0 of them done");
    assertThat(folder.resolve("suites/planned")).doesNotExist();
  }

  @Test
  @Order(10)
  void mistakesAreSaidBeforeAnythingIsDone() {
    refused("Unknown scale tyni (did you mean tiny?): suite sums has tiny", "--scale", "tyni");
    refused("Unknown data set sum (did you mean sums?): scale tiny has sums", "--data-sets", "sum");
    refused("Unknown adapter lroa (did you mean lora?): scale tiny has lora", "--adapters", "lroa");
    refused(
        "Unknown task quizz.yaml (did you mean quiz.yaml?): scale tiny asks quiz.yaml",
        "--tasks",
        "quizz.yaml");
    refused("Invalid --seeds [1, 1]: name each once", "--seeds", "1,1");
    refused(
        "Invalid --id 'a b': must be 1 to 80 letters, digits, dots, dashes or underscores, starting with a letter or digit",
        "--id",
        "a b");
    refused(
        "Invalid placement.hosts of data set sums: a suite brings silos together, so it runs where all may be opened; leave it out",
        "--set",
        "placement.hosts.a=[h]");
    var without =
        TinyExperiment.run("benchmark", folder.resolve("suite.yaml").toString(), "--scale", "tiny");
    assertThat(without.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(without.err())
        .contains(
            "silotune: Missing data of sums: it is no data set with a name; put its files into rows of a folder and name that with --data, or leave it out with --data-sets\n");
    var elsewhere =
        TinyExperiment.run(
            "benchmark",
            folder.resolve("suite.yaml").toString(),
            "--scale",
            "tiny",
            "--data",
            folder.resolve("suites").toString());
    assertThat(elsewhere.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(elsewhere.err())
        .contains(
            "silotune: Missing data of sums: there is no folder %s; put its files there, or leave it out with --data-sets\n"
                .formatted(folder.resolve("suites/rows")));
  }

  private static void refused(String message, String... more) {
    var outcome = benchmark(more);
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains("silotune: " + message + "\n");
  }

  private static Outcome benchmark(String... more) {
    return TinyExperiment.run(arguments(more).toArray(String[]::new));
  }

  private static List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "benchmark",
                folder.resolve("suite.yaml").toString(),
                "--data",
                folder.toString(),
                "--output",
                folder.resolve("suites").toString(),
                "--json"));
    if (!Arrays.asList(more).contains("--scale")) {
      arguments.addAll(List.of("--scale", "tiny"));
    }
    arguments.addAll(Arrays.asList(more));
    return arguments;
  }

  private static Path run(String cell) {
    return folder.resolve("suites/sums-tiny/runs").resolve(cell);
  }

  private static Path report(String file) {
    return folder.resolve("elsewhere").resolve(file);
  }

  private static Map<String, JsonNode> cells() throws IOException {
    Map<String, JsonNode> cells = new HashMap<>();
    for (var each : CELLS) {
      if (Files.exists(file(each))) {
        cells.put(each, cell(each));
      }
    }
    return cells;
  }

  private static Path file(String cell) {
    return folder.resolve("suites/sums-tiny/cells/%s.json".formatted(cell));
  }

  private static JsonNode cell(String id) throws IOException {
    return JsonMapper.builder().build().readTree(file(id).toFile());
  }

  /** The tokens of rows, which tell them apart here. */
  private static List<String> rows(Path prepared, String silo, Split split) {
    return TokenShardReader.read(prepared.toString(), silo, split).stream()
        .map(TokenizedExample::inputIds)
        .map(Arrays::toString)
        .toList();
  }
}
