package org.silotune.suite.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.eval.job.EvaluateTasksJob;
import org.silotune.eval.job.TaskScore;
import org.silotune.eval.task.DataFolder;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.run.RunStorage;
import org.silotune.llm.adapter.Adapter;
import org.silotune.suite.SuiteException;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellAnswer;
import org.silotune.suite.cell.CellScore;
import org.silotune.suite.config.SuiteDataset;
import org.silotune.suite.config.SuiteTask;

/** Asks the tasks of a data set, with the adapter of a cell, and keeps their tables beside it. */
final class CellTasks {

  private static final String FOLDER = "tasks";
  private static final long SEED = 0;

  private final SparkSession spark;
  private final LoadedBase base;
  private final RunStorage storage;
  private final String folder;
  private final DataFolder rows;
  private final JobListener listener;

  /**
   * Asks on a running Spark.
   *
   * @param folder the suite's, a path or URI, which {@code storage} is
   * @param rows where the tasks' files lie
   */
  CellTasks(
      SparkSession spark,
      LoadedBase base,
      RunStorage storage,
      String folder,
      DataFolder rows,
      JobListener listener) {
    this.spark = spark;
    this.base = base;
    this.storage = storage;
    this.folder = folder;
    this.rows = rows;
    this.listener = listener;
  }

  /** What a cell answered. */
  record Answered(List<CellScore> scores, List<CellAnswer> answers) {}

  /** Returns what tells the tasks of a data set apart from others, and from other wordings. */
  static List<String> asked(SuiteDataset dataset) {
    return dataset.tasks().stream()
        .map(
            task ->
                "%s %d %s"
                    .formatted(task.config().id(), task.limit(), hash(task.config().toString())))
        .toList();
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
          .substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  Answered ask(Cell cell, SuiteDataset dataset, Optional<Adapter> adapter) {
    List<CellScore> scores = new ArrayList<>();
    List<CellAnswer> answers = new ArrayList<>();
    for (SuiteTask task : dataset.tasks()) {
      var place = "%s/%s/%s".formatted(FOLDER, cell.id(), task.config().id());
      storage.delete(place); // of a try that was cut short
      var output = "%s/%s".formatted(folder, place);
      var result =
          EvaluateTasksJob.run(
              new EvaluateTasksJob.Request(
                  base,
                  adapter,
                  List.of(task.config()),
                  rows,
                  task.limit(),
                  SEED,
                  StoredFolder.at(output)),
              SparkConfig.defaults(),
              listener);
      requireRun(result.failures());
      result.scores().forEach(score -> scores.add(score(score)));
      answers.addAll(answers(task.config().id(), output));
    }
    return new Answered(scores, answers);
  }

  /** An arm without a task's answers could not be compared: the cell is to be tried again. */
  private static void requireRun(SortedMap<String, String> failures) {
    failures.forEach(
        (task, reason) -> {
          throw new SuiteException("Task %s was not run: %s".formatted(task, reason));
        });
  }

  private static CellScore score(TaskScore score) {
    return new CellScore(
        score.task(),
        score.metric(),
        score.silo(),
        score.examples(),
        score.notRun(),
        score.score(),
        score.low(),
        score.high());
  }

  /** What several samples of a question add is their mean. */
  private List<CellAnswer> answers(String task, String output) {
    Map<List<String>, List<Row>> byQuestion = new LinkedHashMap<>();
    spark
        .read()
        .parquet(output + "/predictions")
        .where(col("status").equalTo("scored"))
        .select(col("number"), col("sample"), col("example_id"), explode(col("scores")).as("score"))
        .select("example_id", "score.metric", "score.value", "score.weight", "number", "sample")
        .orderBy("metric", "number", "sample")
        .collectAsList()
        .forEach(
            row ->
                byQuestion
                    .computeIfAbsent(
                        List.of(row.getString(1), row.getString(0)), key -> new ArrayList<>())
                    .add(row));
    List<CellAnswer> answers = new ArrayList<>();
    byQuestion.forEach((key, samples) -> answers.add(mean(task, key.get(0), key.get(1), samples)));
    return answers;
  }

  private static CellAnswer mean(String task, String metric, String example, List<Row> samples) {
    double value = 0;
    double weight = 0;
    for (Row sample : samples) {
      value += sample.getDouble(2);
      weight += sample.getDouble(3);
    }
    return new CellAnswer(task, metric, example, value / samples.size(), weight / samples.size());
  }
}
