package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;
import org.silotune.udf.SqlFunctions;

/** Tasks of each kind on the tiny model, from files to tables. */
final class EvaluateTasksTest {

  private static final String CHOICE =
      """
      id: choice
      source: { file: rows.jsonl, id: name, group: topic }
      ask:
        kind: multiple-choice
        prompt: "{{question}}"
        choices: [red, green, "a long and winding answer"]
        labels: [a, b, c]
        answer: "{{gold}}"
        metrics: [acc, acc-norm]
      """;

  private static final String TEXT =
      """
      id: text
      source: { file: rows.jsonl, id: name, group: topic }
      shots: { count: 1, examples: [{ question: "What is 1 plus 1?", answer: "2" }] }
      ask:
        kind: generate
        prompt: "Question: {{question}}\\nAnswer:"
        target: "{{answer}}"
        decoding: { max-new-tokens: 6, stop: ["Question:"] }
        answers: [{ name: number, pattern: '\\d+' }]
        metrics: [exact-match, rouge-l]
      """;

  private static final String LIKELIHOOD =
      """
      id: likelihood
      source: { file: rows.jsonl, id: name }
      ask: { kind: perplexity, text: "{{question}}", metrics: [token-perplexity, bits-per-byte] }
      """;

  @TempDir private static Path folder;
  private static Outcome asked;

  @BeforeAll
  static void ask() throws IOException {
    var rows = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      rows.add(
          "{\"name\": \"n%02d\", \"topic\": \"%s\", \"question\": \"What is %d plus 3?\", \"answer\": \"%d\", \"gold\": \"%s\"}"
              .formatted(i, i % 4 == 0 ? "few" : "many", i, i + 3, "abc".charAt(i % 3)));
    }
    Files.write(folder.resolve("rows.jsonl"), rows);
    Files.writeString(folder.resolve("choice.yaml"), CHOICE);
    Files.writeString(folder.resolve("text.yaml"), TEXT);
    Files.writeString(folder.resolve("likelihood.yaml"), LIKELIHOOD);
    asked = evaluate("scores", "choice.yaml", "text.yaml", "likelihood.yaml");
    assertThat(asked.status()).as(asked.err()).isEqualTo(ExitStatus.DONE);
  }

  @Test
  void everyMetricOfEveryTaskHasItsRow() throws IOException {
    assertThat(overall())
        .containsExactly(
            "choice acc 20",
            "choice acc_norm 20",
            "text exact_match/number 20",
            "text rouge_l/number 20",
            "likelihood bits_per_byte 20",
            "likelihood token_perplexity 20");
    for (var score : asked.json().path("scores")) {
      double value = score.path("score").asDouble();
      assertThat(value).isBetween(score.path("low").asDouble(), score.path("high").asDouble());
    }
  }

  @Test
  void aGroupsScoreIsItsOwnAndTheWorstIsNamed() throws IOException {
    var all = score("choice", "acc", "*");
    var few = score("choice", "acc", "few");
    var many = score("choice", "acc", "many");
    assertThat(few.path("examples").asInt()).isEqualTo(5);
    assertThat(many.path("examples").asInt()).isEqualTo(15);
    double a = few.path("score").asDouble();
    double b = many.path("score").asDouble();
    assertThat(all.path("score").asDouble()).isCloseTo((5 * a + 15 * b) / 20, within(1e-12));
    assertThat(all.path("worst_score").asDouble()).isEqualTo(Math.min(a, b));
    assertThat(all.path("spread").asDouble()).isCloseTo(Math.abs(a - b), within(1e-12));
    assertThat(all.path("worst_silo").asText()).isEqualTo(a <= b ? "few" : "many");
  }

  @Test
  void tablesAreReadWithSql() throws Exception {
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      spark
          .read()
          .parquet(folder.resolve("scores/predictions").toString())
          .createOrReplaceTempView("predictions");
      spark
          .read()
          .parquet(folder.resolve("scores/evaluations").toString())
          .createOrReplaceTempView("evaluations");
      var wrong =
          spark.sql(
              """
              SELECT p.example_id FROM predictions p LATERAL VIEW explode(scores) AS s
              WHERE p.task = 'choice' AND s.metric = 'acc' AND (p.prediction = p.expected) <> (s.value = 1)
              """);
      assertThat(wrong.collectAsList()).isEmpty();
      var right =
          spark.sql(
              "SELECT count_if(prediction = expected) / count(*) FROM predictions WHERE task = 'choice'");
      assertThat(right.first().getDouble(0))
          .isEqualTo(score("choice", "acc", "*").path("score").asDouble());
      var rows = spark.sql("SELECT * FROM predictions WHERE task = 'text' ORDER BY number");
      assertThat(rows.count()).isEqualTo(20);
      assertThat(rows.first().<String>getAs("prompt"))
          .isEqualTo(
              "Question: What is 1 plus 1?\nAnswer: 2\n\nQuestion: What is 0 plus 3?\nAnswer:");
      assertThat(spark.sql("SELECT * FROM evaluations WHERE silo = '*'").count()).isEqualTo(6);
    }
  }

  @Test
  void theSqlOfThePageGivesTheSameScores() throws Exception {
    var page = Files.readString(Path.of("../docs/evaluation.md"));
    var block = page.substring(page.indexOf("```sql") + 6);
    var statements = block.substring(0, block.indexOf("```")).split(";", -1);
    var sql = statements[0];
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      var rows =
          spark
              .sql(
                  sql.replace(
                      "scores/predictions", folder.resolve("scores/predictions").toString()))
              .where("task = 'choice'")
              .collectAsList();
      SqlFunctions.register(spark);
      var passes =
          spark.sql(
              statements[1].replace(
                  "scores/predictions", folder.resolve("scores/predictions").toString()));
      assertThat(passes.columns()).containsExactly("task", "example_id", "pass_1");
      assertThat(passes.collectAsList()).isEmpty(); // no task here runs code
      assertThat(rows).hasSize(4);
      for (var row : rows) {
        var score = score("choice", row.getAs("metric"), row.getAs("silo"));
        assertThat(row.<Double>getAs("score"))
            .isCloseTo(score.path("score").asDouble(), within(1e-12));
      }
    }
  }

  @Test
  void functionsAreMatchedWithTheirDescriptions() throws Exception {
    var rows = folder.resolve("code-search-net/python/final/jsonl/test/python_test_0.jsonl.gz");
    Files.createDirectories(rows.getParent());
    try (var zipped = new GZIPOutputStream(Files.newOutputStream(rows))) {
      Files.copy(Path.of("src/test/resources/code-search-net.jsonl"), zipped);
    }
    var output = folder.resolve("matching").toString();
    var outcome =
        TinyExperiment.run(
            "evaluate",
            "--model",
            "tiny",
            "--tasks",
            "code-search-net",
            "--data",
            folder.toString(),
            "--output",
            output,
            "--json");
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    assertThat(rows(outcome, "code-search-net")).hasSize(1);
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      var predictions =
          spark.read().parquet(output + "/predictions").orderBy("number").collectAsList();
      assertThat(predictions)
          .extracting(row -> row.<String>getAs("expected"))
          .containsExactly("yes", "yes", "no", "no", "yes");
      assertThat(predictions.get(2).<String>getAs("prompt"))
          .isEqualTo(
              "Code: def first ( t ) : return t . split ( ) [ 0 ]\nDescription: tell whether a number is even\nQuestion: Does the description fit the code?\nAnswer:");
    }
  }

  @Test
  void whatCannotBeRunIsCountedAndTheOthersAreAsked() throws IOException {
    Files.write(
        folder.resolve("odd.jsonl"),
        List.of(
            "{\"name\": \"a\", \"topic\": \"\", \"question\": \"What is 1?\", \"other\": \"one\"}",
            "{\"name\": \"b\", \"topic\": \"long\", \"question\": \"What is 2?\", \"other\": \"%s\"}"
                .formatted("two ".repeat(3000))));
    Files.writeString(
        folder.resolve("odd.yaml"),
        """
        id: odd
        source: { file: odd.jsonl, id: name, group: topic }
        ask:
          kind: multiple-choice
          prompt: "{{question}}"
          choices: [red, "{{other}}"]
          labels: [a, b]
          answer: b
          metrics: [acc]
        """);
    Files.writeString(
        folder.resolve("broken.yaml"),
        """
        id: broken
        source: { file: odd.jsonl, id: name }
        ask:
          kind: generate
          prompt: "{{question}}"
          target: "1"
          decoding: { max-new-tokens: 100000 }
          metrics: [exact-match, rouge-l]
        """);

    var odd = evaluate("odd", "broken.yaml", "odd.yaml", "choice.yaml");

    assertThat(odd.status()).isEqualTo(ExitStatus.FAILED);
    var reason = odd.json().path("failures").path("broken").asText();
    assertThat(reason)
        .matches(
            "Cannot ask for 100000 new tokens: the model's context holds \\d+; lower decoding.max-new-tokens");
    assertThat(odd.err()).contains("Warning: Task broken was not run: " + reason + "\n");
    assertThat(odd.json().path("failures")).hasSize(1);
    assertThat(rows(odd, "broken"))
        .containsExactly("exact_match * 0 of 2 null", "rouge_l * 0 of 2 null");
    assertThat(rows(odd, "odd"))
        .satisfiesExactly(
            all -> assertThat(all).matches("acc \\* 1 of 2 [01]\\.0"),
            unnamed -> assertThat(unnamed).matches("acc  1 of 1 [01]\\.0"),
            none -> assertThat(none).isEqualTo("acc long 0 of 1 null"));
    assertThat(rows(odd, "choice")).isEqualTo(rows(asked, "choice"));
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      spark
          .read()
          .parquet(folder.resolve("odd/predictions").toString())
          .createOrReplaceTempView("odd");
      var notRun =
          spark.sql(
              "SELECT task, example_id, reason FROM odd WHERE status = 'not-run' ORDER BY task, number");
      assertThat(notRun.collectAsList())
          .extracting(row -> row.getString(0) + " " + row.getString(1))
          .containsExactly("broken a", "broken b", "odd b");
      assertThat(notRun.collectAsList().get(0).getString(2)).isEqualTo(reason);
      assertThat(notRun.collectAsList().get(2).getString(2))
          .matches(
              "choice 2 of 2 has \\d+ tokens, the model's context holds \\d+ with one before them");
    }
  }

  @Test
  void theSameAgainGivesTheSameBits() throws IOException {
    var again = evaluate("again", "choice.yaml", "text.yaml", "likelihood.yaml");
    assertThat(again.json().path("scores")).isEqualTo(asked.json().path("scores"));
  }

  @Test
  void aFolderWithTablesIsNotWrittenTo() {
    var again = evaluate("scores", "choice.yaml");
    assertThat(again.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(again.err())
        .contains(
            "silotune: Cannot write the evaluation to %s: it holds the table predictions already; name another folder with --output"
                .formatted(folder.resolve("scores")));
  }

  @Test
  void optionsWithoutTheirMeaningAreBadUsage() {
    refused(
        "Missing --tasks: --limit, --output and --seed say how tasks are asked",
        "--limit",
        "3",
        "--model",
        "tiny",
        "--data",
        folder.toString());
    refused(
        "Missing --data: name the folder that holds the tasks' rows",
        "--tasks",
        "piqa",
        "--model",
        "tiny");
    refused(
        "Invalid --limit 0: must be at least 1",
        "--tasks",
        "piqa",
        "--model",
        "tiny",
        "--data",
        folder.toString(),
        "--limit",
        "0");
    refused(
        "Invalid --split: tasks name their files themselves",
        "--tasks",
        "piqa",
        "--model",
        "tiny",
        "--data",
        folder.toString(),
        "--split",
        "test");
    refused(
        "Missing file helm-like-qa/piqa_test.json.gz in %s: name the folder that holds it with --data"
            .formatted(folder),
        "--tasks",
        "piqa",
        "--model",
        "tiny",
        "--data",
        folder.toString());
  }

  @Test
  void aTaskThatDoesNotFitItsRowsIsBadUsageBeforeAnythingIsComputed() throws IOException {
    Files.writeString(
        folder.resolve("lacks.yaml"), CHOICE.replace("{{question}}", "{{questions}}"));
    Files.writeString(folder.resolve("metric.yaml"), CHOICE.replace("[acc, acc-norm]", "[f1]"));
    refused(
        "Missing field questions in row 1 of rows.jsonl, which prompt of task choice names: the row has answer, gold, name, question, topic",
        "--tasks",
        folder.resolve("lacks.yaml").toString(),
        "--model",
        "tiny",
        "--data",
        folder.toString(),
        "--output",
        folder.resolve("lacks").toString());
    refused(
        "Invalid ask.metrics[0] f1 in metric.yaml line 9: must be one of acc, acc-norm, acc-bytes",
        "--tasks",
        folder.resolve("metric.yaml").toString(),
        "--model",
        "tiny",
        "--data",
        folder.toString());
    assertThat(folder.resolve("lacks")).doesNotExist();
  }

  private static void refused(String message, String... arguments) {
    var all = new ArrayList<>(List.of("evaluate"));
    all.addAll(List.of(arguments));
    var outcome = TinyExperiment.run(all.toArray(String[]::new));
    assertThat(outcome.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.err()).contains("silotune: " + message + "\n");
  }

  private static Outcome evaluate(String output, String... tasks) {
    var files = List.of(tasks).stream().map(task -> folder.resolve(task).toString()).toList();
    return TinyExperiment.run(
        "evaluate",
        "--model",
        "tiny",
        "--tasks",
        String.join(",", files),
        "--data",
        folder.toString(),
        "--output",
        folder.resolve(output).toString(),
        "--json");
  }

  private static List<String> overall() throws IOException {
    List<String> rows = new ArrayList<>();
    for (var score : asked.json().path("scores")) {
      if (score.path("silo").asText().equals("*")) {
        rows.add(
            "%s %s %d"
                .formatted(
                    score.path("task").asText(),
                    score.path("metric").asText(),
                    score.path("examples").asInt()));
      }
    }
    return rows;
  }

  private static List<String> rows(Outcome outcome, String task) throws IOException {
    List<String> rows = new ArrayList<>();
    for (var score : outcome.json().path("scores")) {
      if (score.path("task").asText().equals(task)) {
        long scored = score.path("examples").asLong();
        rows.add(
            "%s %s %d of %d %s"
                .formatted(
                    score.path("metric").asText(),
                    score.path("silo").asText(),
                    scored,
                    scored + score.path("not_run").asLong(),
                    score.path("score").asText("null")));
      }
    }
    return rows;
  }

  private static JsonNode score(String task, String metric, String silo) throws IOException {
    for (var score : asked.json().path("scores")) {
      if (score.path("task").asText().equals(task)
          && score.path("metric").asText().equals(metric)
          && score.path("silo").asText().equals(silo)) {
        return score;
      }
    }
    throw new AssertionError("No score of %s %s %s".formatted(task, metric, silo));
  }
}
