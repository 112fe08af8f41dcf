package org.silotune.fed.job;

import java.io.Serializable;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.llm.finetune.LearningRateSchedule;
import org.silotune.llm.finetune.OptimizerConfig;
import org.silotune.llm.finetune.TrainingLength;

/** The settings of a local update in types that Java can serialise. */
record LocalSettings(
    LoraConfig lora,
    OptimizerConfig optimizer,
    double learningRate,
    LearningRateSchedule schedule,
    TrainingLength length,
    int batchSize,
    int tokenBudget,
    int lossChunk,
    @Nullable Double clipNorm,
    Checkpointing checkpointing,
    int threads)
    implements Serializable {

  static LocalSettings of(LoraConfig lora, FineTuneConfig config) {
    return new LocalSettings(
        lora,
        config.optimizer(),
        config.learningRate(),
        config.schedule(),
        config.length(),
        config.batchSize(),
        config.tokenBudget(),
        config.lossChunk(),
        config.clipNorm().isPresent() ? config.clipNorm().getAsDouble() : null,
        config.checkpointing(),
        config.threads());
  }

  FineTuneConfig config() {
    return new FineTuneConfig(
        optimizer,
        learningRate,
        schedule,
        length,
        batchSize,
        tokenBudget,
        lossChunk,
        clipNorm == null ? OptionalDouble.empty() : OptionalDouble.of(clipNorm),
        checkpointing,
        threads);
  }
}
