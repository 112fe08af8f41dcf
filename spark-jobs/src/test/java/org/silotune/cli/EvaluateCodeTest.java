package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            problem("forks", "1", "import os\\nwhile True: os.fork() # ", ""),
            problem("writes", "1", "open('x', 'wb').write(bytes(100000000)) # ", ""),
            problem("sleeps", "1", "import time\\ntime.sleep(1000) # ", ""),
            problem(
                "prints", "1", "for i in range(1024): print('x' * 1048575, flush=True)\\n# ", ""),
            "{\"name\": \"unsolved\", \"prompt\": \"def\", \"head\": \"\", \"tail\": \"\"}"));
    Files.writeString(folder.resolve("code.yaml"), TASK);
    var outcome =
        TinyExperiment.run(
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

  private static String reason(Row row) {
    return row.getAs("reason");
  }

  private static String problem(String name, String solution, String head, String tail) {
    return "{\"name\": \"%s\", \"prompt\": \"def\", \"solution\": \"%s\", \"head\": \"%s\", \"tail\": \"%s\"}"
        .formatted(name, solution, head, tail);
  }
}
