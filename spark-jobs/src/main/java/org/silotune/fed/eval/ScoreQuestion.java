package org.silotune.fed.eval;

import java.io.IOException;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.spark.QuestionProgress;
import org.silotune.fed.spark.SiloQuestion;

/** A silo's held-out loss. Its canary comes with it, for losses steer the run. */
record ScoreQuestion(Broadcast<TensorMessage> adapter, HeldOutScorer scorer, HeldOutSplit split)
    implements SiloQuestion<SplitLoss> {

  @Override
  public SiloReply<SplitLoss> ask(SiloDescriptor silo, TaskSite site, QuestionProgress progress)
      throws IOException {
    SplitLoss loss =
        scorer.score(silo, split, adapter.value().tensors(), site.device(), progress::advanced);
    String canary = loss.examples() == 0 ? "" : site.canary().get();
    return SiloReply.of(silo.name(), loss, site.host(), canary);
  }
}
