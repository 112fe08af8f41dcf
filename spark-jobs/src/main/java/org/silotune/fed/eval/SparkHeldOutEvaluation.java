package org.silotune.fed.eval;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.HeldOutEvaluation;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SiloPartitions;
import org.silotune.llm.tensor.NamedTensors;
import scala.Tuple2;

/**
 * Scores an adapter where the held-out rows are: one task a silo, which opens its own shards. Only
 * three numbers a silo come back; they are summed on the driver in silo-name order.
 */
public final class SparkHeldOutEvaluation implements HeldOutEvaluation {

  private final JavaSparkContext spark;
  private final HeldOutScorer scorer;
  private final ExecutorSettings settings;

  /** An evaluation on a running Spark. */
  public SparkHeldOutEvaluation(
      JavaSparkContext spark, HeldOutScorer scorer, ExecutorSettings settings) {
    this.spark = spark;
    this.scorer = scorer;
    this.settings = settings;
  }

  @Override
  public SortedMap<String, SplitLoss> score(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos) {
    String what = "%s loss after round %d".formatted(split.label(), round);
    spark.setJobGroup("silotune-evaluation-" + round, "Evaluation: " + what, true);
    Broadcast<TensorMessage> message = spark.broadcast(TensorMessage.of(adapter));
    try {
      List<Tuple2<String, SplitLoss>> scores =
          SiloPartitions.of(spark, silos)
              .map(new ScoreTask(message, scorer, settings, split))
              .setName(what)
              .collect();
      SortedMap<String, SplitLoss> bySilo = new TreeMap<>();
      scores.forEach(score -> bySilo.put(score._1(), score._2()));
      return bySilo;
    } catch (Exception e) { // Scala's throws are not declared: SparkException is checked
      throw new FederationException(
          "Cannot score %s: %s".formatted(what, e.getMessage().lines().findFirst().orElse("")), e);
    } finally {
      message.destroy();
      spark.clearJobGroup();
    }
  }
}
