package org.silotune.bench;

import java.nio.file.Path;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.finetune.LocalRun;
import org.silotune.llm.finetune.TrainingLength;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;

/**
 * One optimizer step on one example of random ids in a process that did nothing before: LoRA of
 * rank 8 on q, k, v and o.
 *
 * @param readyMillis when the model was there, since the epoch
 * @param stepMillis when the step was done, since the epoch
 */
public record FirstStep(long readyMillis, long stepMillis) {

  /**
   * Loads the model, in float32, and takes the step.
   *
   * @param length tokens of the example
   * @param threads of every operator
   */
  public static FirstStep take(Path model, Path cache, int length, int threads) {
    try (DecoderModel decoder =
        ModelLoader.load(model, cache, ModelOptions.float32(), SourceProgress.none())) {
      long ready = System.currentTimeMillis();
      FineTuneConfig config =
          FineTuneConfig.defaults()
              .withBatchSize(1)
              .withTokenBudget(length)
              .withThreads(threads)
              .withLength(new TrainingLength.Steps(1));
      FineTuner.train(
          decoder,
          TrainerBench.LORA,
          TrainerBench.LORA.initialise(decoder, 1),
          BenchExamples.random(1, length, decoder.config().vocabularySize()),
          config,
          LocalRun.ofSeed(1));
      return new FirstStep(ready, System.currentTimeMillis());
    }
  }
}
