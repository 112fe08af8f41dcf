package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

/**
 * The answer to one prompt. The array is not copied.
 *
 * @param ids every token generated, in order, the one that ended the answer included
 * @param text the text of {@code ids}, without special tokens, cut before a stop string
 * @param finishReason why it ended
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Generation(int[] ids, String text, FinishReason finishReason) {

  public Generation {
    requireNonNull(ids, "ids");
    requireNonNull(text, "text");
    requireNonNull(finishReason, "finishReason");
  }
}
