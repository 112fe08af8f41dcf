package org.silotune.llm.generate;

/**
 * How the next token is chosen from the logits. Stateless, so one sampler serves any number of
 * sequences and threads: what is random depends only on the seed, the prompt and the position.
 */
public sealed interface Sampler permits GreedySampler, RandomSampler {

  /**
   * Returns the next token id.
   *
   * @param logits one value per id of the vocabulary; {@code -Infinity} excludes an id
   * @param stream the prompt's number: two prompts of one call draw independently
   * @param position the index of the new token among the generated ones, from 0
   * @throws org.silotune.llm.LlmException if a logit is NaN or {@code +Infinity}, or all are
   *     excluded
   */
  int next(float[] logits, long stream, int position);

  /** Returns the sampler that takes the most likely token. */
  static Sampler greedy() {
    return new GreedySampler();
  }

  /**
   * Returns the sampler that draws from the whole distribution at {@code temperature}.
   *
   * @throws IllegalArgumentException if the temperature is not a positive number
   */
  static RandomSampler random(double temperature, long seed) {
    return new RandomSampler(temperature, RandomSampler.ALL, 1.0, seed);
  }
}
