package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.ExampleLoss;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.spark.QuestionProgress;
import org.silotune.fed.spark.SiloQuestion;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.eval.ExampleLosses;
import org.silotune.llm.eval.HeldOutLoss;
import org.silotune.llm.eval.LossSum;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** The losses of a silo's test rows, one by one. */
record ExampleLossQuestion(
    BaseModel.Message base,
    SettingsMessage<AdapterConfig> config,
    Broadcast<TensorMessage> adapter,
    SettingsMessage<HeldOutLoss> profile)
    implements SiloQuestion<List<ExampleLoss>> {

  /** Rows between two signs of life. */
  private static final int SLICE = 32;

  @Override
  public SiloReply<List<ExampleLoss>> ask(
      SiloDescriptor silo, TaskSite site, QuestionProgress progress) {
    var examples = TokenShardReader.read(silo.shard(Split.TEST));
    var loss = profile.settings();
    var losses = new ExampleLosses(loss.tokenBudget(), loss.lossChunk());
    var model = base.resident();
    List<ExampleLoss> rows = new ArrayList<>();
    try (var thread = ComputeThread.enter(loss.threads());
        var scope = model.openTask(thread);
        var bound = config.settings().load(scope, model, adapter.value().tensors())) {
      for (int from = 0; from < examples.size(); from += SLICE) {
        var slice = examples.subList(from, Math.min(examples.size(), from + SLICE));
        var sums = losses.evaluate(thread, model, bound, slice);
        for (int i = 0; i < slice.size(); i++) {
          rows.add(row(silo.name(), slice.get(i), sums.get(i)));
        }
        progress.answered(rows.size(), examples.size());
      }
    }
    return SiloReply.of(silo.name(), rows, site.host(), "");
  }

  private static ExampleLoss row(String silo, TokenizedExample example, LossSum sum) {
    return new ExampleLoss(silo, example.id(), sum.trainedTokens(), sum.lossSum());
  }
}
