package org.silotune.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Six silos of unequal size, one of them a single row, with the bundled model: for real runs. */
final class TinyExperiment {

  private static final int[] ROWS = {1, 9, 14, 20, 27, 35};

  private final Path folder;

  /**
   * What a command line did.
   *
   * @param status how it ended
   * @param out what it said as its result
   * @param err what it said meanwhile
   */
  record Outcome(int status, String out, String err) {

    /** Returns the last line of the result, which is JSON. */
    JsonNode json() throws IOException {
      var lines = out.lines().toList();
      return JsonMapper.builder().build().readTree(lines.get(lines.size() - 1));
    }
  }

  private TinyExperiment(Path folder) {
    this.folder = folder;
  }

  /** Writes the experiment and its rows into a folder. */
  static TinyExperiment in(Path folder) {
    List<String> rows = new ArrayList<>();
    for (int silo = 1; silo <= ROWS.length; silo++) {
      for (int i = 0; i < ROWS[silo - 1]; i++) {
        rows.add(
            "{\"silo\":\"s%d\",\"instruction\":\"What is %d plus %d?\",\"output\":\"The answer is %d.\"}"
                .formatted(silo, silo, i, silo + i));
      }
    }
    try {
      Files.write(folder.resolve("rows.jsonl"), rows);
      Files.writeString(
          folder.resolve("tiny.yaml"),
          """
          model: tiny
          data:
            source: { path: rows.jsonl }
            holdout: { validation: 0.1, test: 0.2 }
            max-length: 128
          lora: { rank: 2 }
          local:
            learning-rate: 5e-3
            length: { kind: epochs, count: 2 }
            batch-size: 4
            token-budget: 256
          federated: { rounds: 3 }
          report: { samples: 1, checked-rows: 1, max-new-tokens: 4 }
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TinyExperiment(folder);
  }

  /** Returns the arguments that train a run. */
  List<String> training(String runId, String... more) {
    var arguments =
        new ArrayList<>(
            List.of("train", file("tiny.yaml"), "--output", file("runs"), "--run-id", runId));
    arguments.addAll(Arrays.asList(more));
    arguments.add("--json");
    return arguments;
  }

  Outcome train(String runId, String... more) {
    return run(training(runId, more).toArray(String[]::new));
  }

  /** Returns the folder of a run. */
  Path of(String runId) {
    return folder.resolve("runs").resolve(runId);
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false);
    int status = CommandLineRunner.run(console, arguments);
    return new Outcome(status, out.toString(), err.toString());
  }
}
