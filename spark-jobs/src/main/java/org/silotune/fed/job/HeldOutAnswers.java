package org.silotune.fed.job;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.spark.SiloPartitions;
import org.silotune.llm.tensor.NamedTensors;

/** Answers a sample of every silo's test rows where the rows are: one task a silo. */
final class HeldOutAnswers {

  private final JavaSparkContext spark;
  private final AnswerSettings settings;

  HeldOutAnswers(JavaSparkContext spark, AnswerSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /** Returns the answers of the adapter after a round, silo by silo in name order. */
  List<PredictionRow> of(int round, NamedTensors adapter, List<SiloDescriptor> silos) {
    var what = "test answers after round " + round;
    spark.setJobGroup("silotune-answers-" + round, "Evaluation: " + what, true);
    var message = spark.broadcast(TensorMessage.of(adapter));
    try {
      return SiloPartitions.of(spark, silos)
          .mapPartitions(new AnswerTask(round, message, settings))
          .setName(what)
          .collect();
    } finally {
      message.destroy();
      spark.clearJobGroup();
    }
  }
}
