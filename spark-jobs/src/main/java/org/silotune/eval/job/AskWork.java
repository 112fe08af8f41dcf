package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.silotune.eval.task.TaskConfig;
import org.silotune.eval.task.TaskQuestion;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.fed.spark.ExecutorSite;

/** What a Spark task does: it asks a partition's questions. */
record AskWork(SettingsMessage<TaskConfig> task, AskSettings settings)
    implements FlatMapFunction<Iterator<TaskQuestion>, Row> {

  @Override
  public Iterator<Row> call(Iterator<TaskQuestion> partition) {
    ExecutorSite.of(TaskContext.get(), settings.executor()); // refuses what gives other bits
    List<TaskQuestion> questions = new ArrayList<>();
    partition.forEachRemaining(questions::add);
    if (questions.isEmpty()) {
      return List.<Row>of().iterator();
    }
    try (AskedModel model = AskedModel.open(settings)) {
      return Answers.of(task.settings(), model).to(questions).stream()
          .map(TaskPrediction::row)
          .toList()
          .iterator();
    }
  }
}
