package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.udf.SiloTuneExtensions;

/** A task of code on the tiny model, in a real sandbox. */
@Tag("sandbox")
final class EvaluateCodeTest {

  private static final String TASK =
      """
      id: code
      source: { file: problems.jsonl, id: name }
      ask:
        kind: code
        language: python
        prompt: "{{prompt}}"
        solution: "{{solution}}"
        files:
          main.py: "{{head}}{{completion}}{{tail}}\\nprint('{{proof}}')\\n"
        decoding: { max-new-tokens: 8, temperature: 1.0, stop: ["\\n"] }
        samples: 3
        k: [1, 3]
        limits: { wall: 8s }
      """;

  /** What ends programs that do harm. */
  private static final Map<String, String> REASONS =
      Map.of(
          "wrong", "status 1: AssertionError",
          "kills", "status 137: ",
          "forks", "status 1: BlockingIOError",
          "writes", "status 1: OSError: [Errno 28] No space left on device",
          "sleeps", "ran longer than it may",
          "leaves", "ended before its tests");

  @TempDir private Path folder;

  @Test
  void everyProblemIsACountedRow() throws Exception {
    Files.write(
        folder.resolve("problems.jsonl"),
        List.of(
            // What the model says stands in a comment, or ends the program, or is no program.
            problem("any", "1", "# ", ""),
            problem(
                "none", "1", "import os, signal\\nos.kill(os.getppid(), signal.SIGKILL) # ", ""),
            problem("wrong", "x", "assert False # ", ""),
            problem(
                "forks", "1", "import os, time\\nwhile os.fork(): pass\\ntime.sleep(60) # ", ""),
            problem("writes", "1", "open('x', 'wb').write(bytes(100000000)) # ", ""),
            problem("sleeps", "1", "import time\\ntime.sleep(1000) # ", ""),
            problem(
                "prints", "1", "for i in range(1024): print('x' * 1048575, flush=True)\\n# ", ""),
            "{\"name\": \"unsolved\", \"prompt\": \"def\", \"head\": \"\", \"tail\": \"\"}"));
    Files.writeString(folder.resolve("code.yaml"), TASK);
    var outcome = evaluated();
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    try (var spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      var rows =
          spark
              .read()
              .parquet(folder.resolve("scores/predictions").toString())
              .orderBy("number", "sample")
              .collectAsList();
      assertThat(rows)
          .extracting(row -> row.<String>getAs("example_id") + " " + row.<String>getAs("status"))
          .containsExactly(
              "any scored",
              "any scored",
              "any scored",
              "none not-run",
              "wrong not-run",
              "forks not-run",
              "writes not-run",
              "sleeps not-run",
              "prints scored",
              "prints scored",
              "prints scored",
              "unsolved not-run");
      assertThat(rows).extracting(EvaluateCodeTest::reason).startsWith("", "", "");
      assertThat(reason(rows.get(3))).startsWith("its own solution does not pass: status 137");
      assertThat(reason(rows.get(4)))
          .isEqualTo("its own solution does not pass: status 1: AssertionError");
      assertThat(reason(rows.get(5))).startsWith("its own solution does not pass: status 1: ");
      assertThat(reason(rows.get(6)))
          .isEqualTo(
              "its own solution does not pass: status 1: OSError: [Errno 28] No space left on device");
      assertThat(reason(rows.get(7)))
          .isEqualTo("its own solution does not pass: ran longer than it may");
      assertThat(reason(rows.get(11))).isEqualTo("no solution is known");
    }
    var scores = outcome.json().path("scores");
    assertThat(scores).hasSize(2);
    for (var score : scores) {
      assertThat(score.path("examples").asInt()).isEqualTo(2);
      assertThat(score.path("not_run").asInt()).isEqualTo(6);
      assertThat(score.path("score").asDouble()).isEqualTo(1);
    }
    assertThat(scores)
        .extracting(score -> score.path("metric").asText())
        .containsExactly("pass@1", "pass@3");
  }

  /** Each program passes with its own solution, and does harm or fails with most other texts. */
  @Test
  void whatACompletionDoesIsScored() throws Exception {
    Files.write(
        folder.resolve("problems.jsonl"),
        List.of(
            unlessSolved("wrong", "assert False"),
            unlessSolved("kills", "import os, signal\\nos.kill(os.getppid(), signal.SIGKILL)"),
            unlessSolved("forks", "import os, time\\nwhile os.fork(): pass\\ntime.sleep(60)"),
            unlessSolved("writes", "open('x', 'wb').write(bytes(100000000))"),
            unlessSolved("sleeps", "import time\\ntime.sleep(1000)"),
            unlessSolved("leaves", "import os\\nos._exit(0)"),
            unlessSolved("even", "assert len(said) % 2 == 0"),
            unlessSolved("odd", "assert len(said) % 2 == 1"),
            unlessSolved("thirds", "assert sum(map(ord, said)) % 3 == 0")));
    Files.writeString(folder.resolve("code.yaml"), TASK);
    var outcome = evaluated();
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    try (var spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.sql.extensions", SiloTuneExtensions.class.getName())
            .getOrCreate()) {
      var rows =
          spark.read().parquet(folder.resolve("scores/predictions").toString()).collectAsList();
      assertThat(rows).hasSize(9 * 3);
      rows.forEach(EvaluateCodeTest::requireScoredByWhatItDid);
      var scores = outcome.json().path("scores");
      double one = scores.path(0).path("score").asDouble();
      double three = scores.path(1).path("score").asDouble();
      assertThat(one).isStrictlyBetween(0.0, three);
      assertThat(three).isLessThanOrEqualTo(1);
      assertThat(meanOfThePagesQuery(spark, 1)).isCloseTo(one, offset(1e-12));
      assertThat(meanOfThePagesQuery(spark, 3)).isCloseTo(three, offset(1e-12));
    }
  }

  private static void requireScoredByWhatItDid(Row row) {
    var name = row.<String>getAs("example_id");
    var value = row.<Row>getList(row.fieldIndex("scores")).get(0).<Double>getAs("value");
    assertThat(row.<String>getAs("status")).as(name).isEqualTo("scored");
    if (REASONS.containsKey(name)) {
      assertThat(value).as(name).isZero();
      assertThat(reason(row)).as(name).startsWith(REASONS.get(name));
    } else {
      assertThat(reason(row)).as(name).isEqualTo(value == 1 ? "" : "status 1: AssertionError");
    }
  }

  /** Runs the statement of docs/evaluation.md over the predictions of all problems. */
  private double meanOfThePagesQuery(SparkSession spark, int k) throws IOException {
    var page = Files.readString(Path.of("../docs/evaluation.md"));
    int begin = page.indexOf("SELECT task, example_id, pass_at_k(");
    var query =
        page.substring(begin, page.indexOf(';', begin))
            .replace("scores/predictions", folder.resolve("scores/predictions").toString())
            .replace(", 1) AS pass_1", ", %d) AS pass_1".formatted(k));
    var problems = spark.sql(query).collectAsList();
    assertThat(problems).hasSize(9);
    return problems.stream()
        .mapToDouble(row -> row.<Double>getAs("pass_1"))
        .average()
        .orElseThrow();
  }

  private TinyExperiment.Outcome evaluated() {
    return TinyExperiment.run(
        "evaluate",
        "--model",
        "tiny",
        "--tasks",
        folder.resolve("code.yaml").toString(),
        "--data",
        folder.toString(),
        "--output",
        folder.resolve("scores").toString(),
        "--json");
  }

  /** Returns a problem whose program does something unless the completion is the solution. */
  private static String unlessSolved(String name, String otherwise) {
    var indented = otherwise.replace("\\n", "\\n    ");
    return problem(name, "1", "said = r'''", "'''.strip()\\nif said != '1':\\n    " + indented);
  }

  private static String reason(Row row) {
    return row.getAs("reason");
  }

  private static String problem(String name, String solution, String head, String tail) {
    return "{\"name\": \"%s\", \"prompt\": \"def\", \"solution\": \"%s\", \"head\": \"%s\", \"tail\": \"%s\"}"
        .formatted(name, solution, head, tail);
  }
}
