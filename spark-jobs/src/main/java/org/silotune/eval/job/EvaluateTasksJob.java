package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.InvalidTaskException;
import org.silotune.eval.score.Bootstrap;
import org.silotune.eval.task.DataFolder;
import org.silotune.eval.task.TaskConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.eval.task.TaskQuestions;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.JobSession;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.SparkConfig;
import org.silotune.fed.job.StoredFolder;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.llm.adapter.Adapter;

/**
 * Asks a model, tuned or not, the questions of tasks over Spark partitions, and writes the tables
 * {@code predictions} and {@code evaluations}.
 */
public final class EvaluateTasksJob {

  private static final String PREDICTIONS = "predictions";
  private static final String EVALUATIONS = "evaluations";

  /** Intra-op threads: a value of the evaluation, so that bits do not depend on a machine. */
  private static final int THREADS = 1;

  /** Below this many questions a partition, sharing what prompts begin with does not pay. */
  private static final int LEAST_QUESTIONS = 8;

  private EvaluateTasksJob() {}

  /**
   * What is asked of whom.
   *
   * @param base the base model
   * @param adapter what is on top of it
   * @param tasks in the order of the result
   * @param data where the tasks' files lie
   * @param limit the most questions a task
   * @param seed of draws and intervals
   * @param output the folder of the tables, which must not hold them yet
   */
  public record Request(
      LoadedBase base,
      Optional<Adapter> adapter,
      List<TaskConfig> tasks,
      DataFolder data,
      int limit,
      long seed,
      StoredFolder output) {

    public Request {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * What became of tasks.
   *
   * @param scores the rows of {@code evaluations}
   * @param failures why tasks were not run, by task; their questions are in the tables as not run
   */
  public record Result(List<TaskScore> scores, SortedMap<String, String> failures) {

    public Result {
      scores = List.copyOf(scores);
      failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    }
  }

  /**
   * Asks the tasks, one after the other. One that fails does not keep the others from being asked.
   *
   * @throws InvalidTaskException if a task does not fit its rows, before anything is computed
   * @throws EvaluationException if it cannot be finished
   */
  public static Result run(Request request, SparkConfig spark, JobListener listener) {
    requireFree(request.output());
    List<List<TaskQuestion>> questions = new ArrayList<>();
    for (TaskConfig task : request.tasks()) {
      questions.add(TaskQuestions.of(task, request.data(), request.limit()));
    }
    var environment = NumericEnvironment.of(System.getenv(), THREADS);
    try (var session = JobSession.open(spark, environment, "silotune evaluate")) {
      var settings = settings(request, session, environment);
      var failures = new TreeMap<String, String>();
      for (int i = 0; i < request.tasks().size(); i++) {
        var task = request.tasks().get(i);
        listener.stage(
            "Asking task %s: %d questions".formatted(task.id(), questions.get(i).size()));
        ask(session, task, questions.get(i), settings, request.output())
            .ifPresent(
                reason -> {
                  failures.put(task.id(), reason);
                  listener.warned("Task %s was not run: %s".formatted(task.id(), reason));
                });
      }
      return new Result(score(session, request), failures);
    }
  }

  private static AskSettings settings(
      Request request, JobSession session, NumericEnvironment environment) {
    var executor =
        new ExecutorSettings(DeviceKind.CPU, THREADS, environment, ExecutorCanary.none());
    var base = request.base().model().message();
    return request
        .adapter()
        .map(
            adapter ->
                new AskSettings(
                    base,
                    SettingsMessage.of(adapter.config()),
                    session.context().broadcast(TensorMessage.of(adapter.parameters())),
                    executor,
                    request.seed()))
        .orElseGet(() -> new AskSettings(base, null, null, executor, request.seed()));
  }

  /** Returns why a task could not be run, if it could not. */
  private static Optional<String> ask(
      JobSession session,
      TaskConfig task,
      List<TaskQuestion> questions,
      AskSettings settings,
      StoredFolder output) {
    var context = session.context();
    int partitions =
        Math.max(1, Math.min(context.defaultParallelism() * 2, questions.size() / LEAST_QUESTIONS));
    context.sc().setJobDescription("Task %s".formatted(task.id()));
    try {
      var rows =
          context
              .parallelize(questions, partitions)
              .mapPartitions(new AskWork(SettingsMessage.of(task), settings));
      append(session.spark().createDataFrame(rows, TaskPrediction.SCHEMA), output);
      return Optional.empty();
    } catch (Exception e) { // Spark's own is checked, and not declared
      if (context.sc().isStopped() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      var reason = TaskFailure.reason(e);
      // A failed write leaves nothing behind, so these are all of the task's rows.
      append(
          session
              .spark()
              .createDataFrame(
                  questions.stream()
                      .map(question -> TaskPrediction.notRun(task.id(), question, reason).row())
                      .toList(),
                  TaskPrediction.SCHEMA),
          output);
      return Optional.of(reason);
    } finally {
      context.sc().setJobDescription(null);
    }
  }

  private static void append(Dataset<Row> rows, StoredFolder output) {
    rows.write().mode(SaveMode.Append).parquet(output.child(PREDICTIONS).uri());
  }

  private static List<TaskScore> score(JobSession session, Request request) {
    var spark = session.spark();
    var predictions =
        spark
            .read()
            .schema(TaskPrediction.SCHEMA)
            .parquet(request.output().child(PREDICTIONS).uri());
    var query = new ScoreQuery(spark, predictions, request.tasks());
    var scores = TaskScores.of(query, request.tasks(), Bootstrap.ofSeed(request.seed()));
    spark
        .createDataFrame(scores.stream().map(TaskScore::row).toList(), TaskScore.SCHEMA)
        .coalesce(1)
        .write()
        .parquet(request.output().child(EVALUATIONS).uri());
    return scores;
  }

  private static void requireFree(StoredFolder output) {
    for (var table : List.of(PREDICTIONS, EVALUATIONS)) {
      if (output.child(table).exists()) {
        throw new InvalidTaskException(
            "Cannot write the evaluation to %s: it holds the table %s already; name another folder with --output"
                .formatted(output.place(), table));
      }
    }
  }
}
