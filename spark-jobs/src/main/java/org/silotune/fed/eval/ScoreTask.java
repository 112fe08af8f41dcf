package org.silotune.fed.eval;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.ExecutorSite;
import scala.Tuple2;

/** A silo's score as the function of one partition. */
final class ScoreTask implements Function<SiloDescriptor, Tuple2<String, SplitLoss>> {

  private static final long serialVersionUID = 1L;

  private final Broadcast<TensorMessage> adapter;
  private final HeldOutScorer scorer;
  private final ExecutorSettings settings;
  private final HeldOutSplit split;

  ScoreTask(
      Broadcast<TensorMessage> adapter,
      HeldOutScorer scorer,
      ExecutorSettings settings,
      HeldOutSplit split) {
    this.adapter = adapter;
    this.scorer = scorer;
    this.settings = settings;
    this.split = split;
  }

  /** Thrown failures are tried again by Spark, on another host if one is free. */
  @Override
  public Tuple2<String, SplitLoss> call(SiloDescriptor silo) throws IOException {
    TaskSite site = ExecutorSite.of(TaskContext.get(), settings);
    if (!silo.admits(site.host())) {
      throw new IOException(silo.refusal(site.host()));
    }
    return new Tuple2<>(
        silo.name(), scorer.score(silo, split, adapter.value().tensors(), site.device()));
  }
}
