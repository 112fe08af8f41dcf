package org.silotune.fed.client;

import java.io.IOException;
import java.util.List;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.model.ResidentModels;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.Split;

/** Scores an adapter on the resident base model, from the silo's own token shards. */
public final class HeldOutLossScorer implements HeldOutScorer {

  private static final long serialVersionUID = 1L;

  private final ResidentModel model;
  private final SettingsMessage<AdapterConfig> adapter;
  private final SettingsMessage<HeldOutLoss> loss;

  /** A scorer for one base model and one kind of adapter. */
  public HeldOutLossScorer(ResidentModel model, AdapterConfig adapter, HeldOutLoss loss) {
    this.model = model;
    this.adapter = SettingsMessage.of(adapter);
    this.loss = SettingsMessage.of(loss);
  }

  @Override
  public SplitLoss score(
      SiloDescriptor silo,
      HeldOutSplit split,
      NamedTensors parameters,
      ComputeDevice device,
      Runnable advanced)
      throws IOException {
    List<TokenizedExample> examples = SiloExamples.read(silo, shard(split));
    if (examples.isEmpty()) {
      return SplitLoss.NONE;
    }
    try (ResidentModels.Lease base = model.on(device)) {
      LossSum sum =
          loss.settings()
              .evaluate(
                  base.model(), new Adapter(adapter.settings(), parameters), examples, advanced);
      return new SplitLoss(examples.size(), sum.trainedTokens(), sum.lossSum());
    }
  }

  private static Split shard(HeldOutSplit split) {
    return switch (split) {
      case VALIDATION -> Split.VALIDATION;
      case TEST -> Split.TEST;
    };
  }
}
