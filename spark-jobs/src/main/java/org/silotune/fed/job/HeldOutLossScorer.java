package org.silotune.fed.job;

import java.io.IOException;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.prep.shard.Split;

/**
 * Held-out loss with the model runtime, in the numeric profile of training.
 *
 * @param base the base model
 * @param settings whose token budget, loss chunk and threads are used
 */
record HeldOutLossScorer(BaseModel.Message base, LocalSettings settings) implements HeldOutScorer {

  @Override
  public SplitLoss score(
      SiloDescriptor silo, HeldOutSplit split, NamedTensors adapter, ComputeDevice device)
      throws IOException {
    FineTuneRunner.requireProcessor(device);
    var examples = SiloShards.read(silo, Split.of(split.label()));
    if (examples.isEmpty()) {
      return SplitLoss.NONE;
    }
    var loss =
        new HeldOutLoss(settings.tokenBudget(), settings.lossChunk(), settings.threads())
            .evaluate(base.resident(), new Adapter(settings.lora(), adapter), examples);
    return new SplitLoss(examples.size(), loss.trainedTokens(), loss.lossSum());
  }
}
