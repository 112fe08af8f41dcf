package org.silotune.llm.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The ids with a meaning of their own.
 *
 * @param bos beginning of text, put once before a prompt where the model expects it
 * @param eos end of text
 * @param endOfTurn ids that end an answer, {@code eos} included; generation stops at any of them
 */
public record SpecialTokens(OptionalInt bos, OptionalInt eos, Set<Integer> endOfTurn) {

  public SpecialTokens {
    endOfTurn = Set.copyOf(endOfTurn);
  }
}
