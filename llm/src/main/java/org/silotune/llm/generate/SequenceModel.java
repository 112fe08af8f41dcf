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
   * @param newTokens for each of them, at least one; a whole prompt, then one token at a time
   * @return for each sequence the logits of the token that follows
   */
  float[][] feed(List<Sequence> sequences, List<int[]> newTokens);

  /** The memory of what a sequence was fed. */
  interface Sequence extends AutoCloseable {
    @Override
    void close();
  }
}
