package org.silotune.llm.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The ids with a meaning of their own.
 *
 * @param bos beginning of text, where the vocabulary has one
 * @param eos end of text
 * @param endOfTurn ids that end an answer, {@code eos} included; generation stops at any of them
 * @param startsWithBos whether the model was trained with {@code bos} before every text; a chat
 *     template that writes it itself does so regardless
 */
public record SpecialTokens(
    OptionalInt bos, OptionalInt eos, Set<Integer> endOfTurn, boolean startsWithBos) {

  public SpecialTokens {
    endOfTurn = Set.copyOf(endOfTurn);
    if (startsWithBos && bos.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid special tokens: texts start with a beginning-of-text token, but there is none");
    }
  }

  /** Special tokens of a model that begins every text with {@code bos} where there is one. */
  public SpecialTokens(OptionalInt bos, OptionalInt eos, Set<Integer> endOfTurn) {
    this(bos, eos, endOfTurn, bos.isPresent());
  }
}
