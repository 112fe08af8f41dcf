package org.silotune.llm.generate;

import java.util.List;

/**
 * A model that remembers the sequences it is fed: what the generation loop needs to know of a
 * decoder.
 */
interface SequenceModel {

  /** Returns the most tokens a sequence can have. */
  int contextLength();

  /** Returns the number of token ids, which is the length of a row of logits. */
  int vocabularySize();

  /** Starts an empty sequence that will be fed at most {@code capacity} tokens. */
  Sequence open(int capacity);

  /**
   * Appends new tokens to several sequences at once.
   *
   * @param sequences of this model, each once
   * @param newTokens for each of them, at least one
   * @return for each sequence the logits of the token that follows
   */
  float[][] feed(List<Sequence> sequences, List<int[]> newTokens);

  /**
   * Appends new tokens and takes the likeliest token that follows, as {@link GreedySampler} does.
   *
   * @param ids how many ids can be chosen: those from 0
   * @return for each sequence the chosen id
   * @throws org.silotune.llm.LlmException as the sampler does
   */
  int[] feedGreedy(List<Sequence> sequences, List<int[]> newTokens, int ids);

  /** Starts a sequence that goes on from what {@code prefix} was fed. */
  Sequence open(Sequence prefix, int capacity);

  /** The memory of what a sequence was fed. */
  interface Sequence extends AutoCloseable {
    @Override
    void close();
  }
}
