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
 * @param microBatches of a step of mean length
 * @param validationTokens of its validation split
 * @param validationTrainedTokens those of them that carry loss
 */
public record SiloLoad(
    String silo,
    long examples,
    long steps,
    long tokens,
    long trainedTokens,
    long microBatches,
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
    long tokens = Math.round(passes * train.tokenCount());
    long perStep = Math.min(config.batchSize(), train.exampleCount());
    return new SiloLoad(
        counts.name(),
        train.exampleCount(),
        steps,
        tokens,
        Math.round(passes * train.trainedTokenCount()),
        steps == 0 ? 0 : microBatches(tokens / steps, perStep, config.tokenBudget()),
        validation.tokenCount(),
        validation.trainedTokenCount());
  }

  /** The least power of two that the budget allows, as a step is cut. */
  private static long microBatches(long tokens, long examples, long budget) {
    long count = 1;
    while (count * budget < tokens) {
      count *= 2;
    }
    return Math.min(count, examples);
  }

  /** Returns how many of a task's workers compute at once, in the mean over a step. */
  double workersUsed(int workers) {
    long turns = (microBatches + workers - 1) / workers;
    return turns == 0 ? 1 : (double) microBatches / turns;
  }
}
