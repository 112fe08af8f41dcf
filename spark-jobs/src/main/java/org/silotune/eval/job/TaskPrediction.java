package org.silotune.eval.job;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.eval.score.Score;
import org.silotune.eval.task.TaskQuestion;

/**
 * A row of the predictions' table: an answer to a question of a task.
 *
 * @param task the task's id
 * @param question what was asked
 * @param sample which of several answers, from 0
 * @param prediction what the model answered: a text, or the choice that it finds likeliest
 * @param status {@value #SCORED}, or {@value #NOT_RUN} where the answer says nothing of the model
 * @param reason why it was not run, or why a program did not pass
 * @param truncated whether the model's context did not hold all of the prompt
 * @param logLikelihoods of the choices, or of the text
 * @param scores what the answer adds to metrics
 */
record TaskPrediction(
    String task,
    TaskQuestion question,
    int sample,
    String prediction,
    String status,
    String reason,
    boolean truncated,
    List<Double> logLikelihoods,
    List<Score> scores) {

  static final String SCORED = "scored";
  static final String NOT_RUN = "not-run";

  private static final StructType SCORE =
      new StructType()
          .add("metric", DataTypes.StringType, false)
          .add("value", DataTypes.DoubleType, false)
          .add("weight", DataTypes.DoubleType, false);

  /** The columns. */
  static final StructType SCHEMA =
      new StructType()
          .add("task", DataTypes.StringType, false)
          .add("silo", DataTypes.StringType, false)
          .add("example_id", DataTypes.StringType, false)
          .add("number", DataTypes.IntegerType, false)
          .add("sample", DataTypes.IntegerType, false)
          .add("prompt", DataTypes.StringType, false)
          .add("expected", DataTypes.StringType, false)
          .add("prediction", DataTypes.StringType, false)
          .add("status", DataTypes.StringType, false)
          .add("reason", DataTypes.StringType, false)
          .add("truncated", DataTypes.BooleanType, false)
          .add("log_likelihoods", new ArrayType(DataTypes.DoubleType, false), false)
          .add("scores", new ArrayType(SCORE, false), false);

  TaskPrediction {
    logLikelihoods = List.copyOf(logLikelihoods);
    scores = List.copyOf(scores);
  }

  /** Returns the row of a question that could not be run. */
  static TaskPrediction notRun(String task, TaskQuestion question, String reason) {
    return new TaskPrediction(
        task, question, 0, "", NOT_RUN, reason, /* truncated= */ false, List.of(), List.of());
  }

  Row row() {
    return RowFactory.create(
        task,
        question.group(),
        question.exampleId(),
        question.number(),
        sample,
        question.prompt(),
        question.target(),
        prediction,
        status,
        reason,
        truncated,
        logLikelihoods.toArray(),
        scores.stream()
            .map(score -> RowFactory.create(score.metric(), score.value(), score.weight()))
            .toArray());
  }
}
