package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The control tokens that end a turn in the families' chat templates. A file names only one end of
 * text; a tuned model stops its answers with the other.
 */
final class EndOfTurnTokens {

  private static final List<String> KNOWN =
      List.of("<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|endoftext|>");

  private EndOfTurnTokens() {}

  /** Returns the ids of those that the vocabulary has. */
  static Set<Integer> in(Map<String, Integer> specialTokens) {
    Set<Integer> ids = new TreeSet<>();
    for (String token : KNOWN) {
      if (specialTokens.containsKey(token)) {
        ids.add(specialTokens.get(token));
      }
    }
    return ids;
  }
}
