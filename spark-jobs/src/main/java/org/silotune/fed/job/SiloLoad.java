package org.silotune.fed.job;

import org.silotune.llm.finetune.FineTuneConfig;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;

/**
 * What a silo computes in a round.
 *
 * @param silo its name
 * @param examples rows it trains on
 * @param steps optimizer steps
 * @param tokens of all steps
 * @param trainedTokens those of them that carry loss
 * @param validationTokens of its validation split
 * @param validationTrainedTokens those of them that carry loss
 */
public record SiloLoad(
    String silo,
    long examples,
    long steps,
    long tokens,
    long trainedTokens,
    long validationTokens,
    long validationTrainedTokens) {

  /**
   * Returns the load by the counts of prepared data; steps that are no whole pass take the mean.
   */
  static SiloLoad of(SiloCounts counts, FineTuneConfig config) {
    ShardCounts train = counts.train();
    ShardCounts validation = counts.validation();
    long perPass = (train.exampleCount() + config.batchSize() - 1) / config.batchSize();
    long steps = perPass == 0 ? 0 : config.length().steps(perPass);
    double passes = perPass == 0 ? 0 : (double) steps / perPass;
    return new SiloLoad(
        counts.name(),
        train.exampleCount(),
        steps,
        Math.round(passes * train.tokenCount()),
        Math.round(passes * train.trainedTokenCount()),
        validation.tokenCount(),
        validation.trainedTokenCount());
  }
}
