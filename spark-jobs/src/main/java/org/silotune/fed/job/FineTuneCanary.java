package org.silotune.fed.job;

import java.util.List;
import java.util.stream.IntStream;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.run.Sha256;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * One optimizer step of the run's own model on a fixed example: processes that give the same bits
 * here give them in a local update.
 *
 * @param base the base model
 * @param settings what is trained, and how
 */
record FineTuneCanary(BaseModel.Message base, LocalSettings settings) implements ExecutorCanary {

  private static final int TOKENS = 16;
  private static final long SEED = 1;

  @Override
  public String hash() {
    var model = base.resident();
    int vocabulary = model.config().vocabularySize();
    int[] ids = IntStream.range(0, TOKENS).map(i -> (7 * i + 3) % vocabulary).toArray();
    var example = new TokenizedExample("canary", ids, ids.clone());
    var result =
        FineTuner.train(
            model,
            settings.lora(),
            settings.lora().initialise(model, SEED),
            List.of(example),
            settings.config().withLength(new TrainingLength.Steps(1)),
            LocalRun.ofSeed(SEED));
    return Sha256.of(result.parameters());
  }
}
