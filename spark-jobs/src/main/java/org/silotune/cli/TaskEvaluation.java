package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.eval.job.EvaluateTasksJob;
import org.silotune.eval.job.TaskScore;
import org.silotune.eval.task.DataFolder;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.job.TextTable;
import org.silotune.llm.adapter.AdapterCheckpoint;
import picocli.CommandLine.Option;

/** The part of {@code evaluate} that asks tasks. */
final class TaskEvaluation {

  @Option(
      names = "--tasks",
      paramLabel = "TASK",
      split = ",",
      description =
          "Ask these tasks instead: built-in names or .yaml files, with commas; --data holds their rows.")
  private List<String> tasks = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With --tasks: ask the first N rows of each; default all.")
  private @Nullable Integer limit;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "With --tasks: where the tables go, a path or URI; default a new folder in evaluations.")
  private @Nullable String output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "With --tasks: of sampled answers and of intervals; default 0.")
  private @Nullable Long seed;

  private boolean failed;

  /** Returns whether tasks are asked. */
  boolean isAsked() {
    if (tasks.isEmpty() && (limit != null || output != null || seed != null)) {
      throw new ConfigException(
          "Missing --tasks: --limit, --output and --seed say how tasks are asked");
    }
    return !tasks.isEmpty();
  }

  /** Returns whether a task could not be run, once they have been asked. */
  boolean hasFailed() {
    return failed;
  }

  ObjectNode execute(
      @Nullable String adapter,
      @Nullable String data,
      BaseModelOptions baseModel,
      Console console) {
    var configs = TaskNames.read(tasks);
    if (data == null) {
      throw new ConfigException("Missing --data: name the folder that holds the tasks' rows");
    }
    if (limit != null && limit < 1) {
      throw new ConfigException("Invalid --limit %d: must be at least 1".formatted(limit));
    }
    var folder = Places.existingFolder("--data", data);
    var target = StoredFolder.at(output == null ? "evaluations/" + RunIds.next() : output);
    var tuned = AdapterOption.read(adapter);
    var base = baseModel.open(adapter, tuned, console);
    var request =
        new EvaluateTasksJob.Request(
            base,
            tuned.map(AdapterCheckpoint::adapter),
            configs,
            files(folder),
            limit == null ? Integer.MAX_VALUE : limit,
            seed == null ? 0 : seed,
            target);
    var result = EvaluateTasksJob.run(request, SparkConfig.defaults(), new JobConsole(console));
    failed = !result.failures().isEmpty();
    console.out(table(result.scores()).toString());
    console.out("\nTables: " + target.place());
    return json(base.model().name(), folder, target, result);
  }

  private static DataFolder files(StoredFolder folder) {
    return new DataFolder() {
      @Override
      public String place() {
        return folder.place();
      }

      @Override
      public Optional<byte[]> read(String file) {
        return folder.bytes(file);
      }
    };
  }

  private static TextTable table(List<TaskScore> scores) {
    var table =
        new TextTable(
            "task",
            "metric",
            "examples",
            "not run",
            "score",
            "low",
            "high",
            "worst group",
            "score");
    for (var score : scores) {
      if (score.isOfAll()) {
        table.row(
            score.task(),
            score.metric(),
            Long.toString(score.examples()),
            Long.toString(score.notRun()),
            number(score.score()),
            number(score.low()),
            number(score.high()),
            score.worstSilo(),
            number(score.worstScore()));
      }
    }
    return table;
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "-";
  }

  private static ObjectNode json(
      String model, StoredFolder data, StoredFolder output, EvaluateTasksJob.Result result) {
    var json = Subcommand.JSON.createObjectNode().put("model", model);
    json.put("data", data.place()).put("output", output.place());
    var failures = json.putObject("failures");
    result.failures().forEach(failures::put);
    var list = json.putArray("scores");
    for (var score : result.scores()) {
      var node =
          list.addObject()
              .put("task", score.task())
              .put("metric", score.metric())
              .put("silo", score.silo())
              .put("examples", score.examples())
              .put("not_run", score.notRun());
      put(node, "score", score.score());
      put(node, "low", score.low());
      put(node, "high", score.high());
      if (score.worstScore().isPresent()) {
        node.put("worst_silo", score.worstSilo());
        put(node, "worst_score", score.worstScore());
        put(node, "spread", score.spread());
      }
    }
    return json;
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(name, value.getAsDouble());
    } else {
      node.putNull(name);
    }
  }
}
