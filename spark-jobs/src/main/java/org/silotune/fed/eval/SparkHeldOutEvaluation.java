package org.silotune.fed.eval;

import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.HeldOutEvaluation;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Scores an adapter where the held-out rows are: one task a silo, which opens its own shards. Only
 * three numbers a silo come back; they are summed on the driver in silo-name order.
 */
public final class SparkHeldOutEvaluation implements HeldOutEvaluation {

  private final SiloInquiry inquiry;
  private final HeldOutScorer scorer;

  /** An evaluation on a running Spark. */
  public SparkHeldOutEvaluation(SiloInquiry inquiry, HeldOutScorer scorer) {
    this.inquiry = inquiry;
    this.scorer = scorer;
  }

  @Override
  public SiloReplies<SplitLoss> score(
      int round, HeldOutSplit split, NamedTensors adapter, List<SiloDescriptor> silos) {
    Broadcast<TensorMessage> message = inquiry.spark().broadcast(TensorMessage.of(adapter));
    try {
      String what = "%s loss after round %d".formatted(split.label(), round);
      SiloReplies<SplitLoss> scores =
          inquiry.ask(what, new ScoreQuestion(message, scorer, split), silos);
      scores.requireAnswers(what);
      return scores;
    } finally {
      message.destroy();
    }
  }
}
