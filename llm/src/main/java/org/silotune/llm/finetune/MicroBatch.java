package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.model.TokenBatch;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Examples of a step that are computed at once.
 *
 * @param tokens the examples in a row
 * @param places where in the step each of them is
 */
record MicroBatch(TokenBatch tokens, List<Place> places) {

  MicroBatch {
    places = List.copyOf(places);
  }

  /**
   * An example's tokens among those of its step.
   *
   * @param first how many tokens of the step come before, whatever batches it is cut into
   * @param count how many they are
   */
  record Place(long first, int count) {}

  /**
   * Concatenates examples of a step.
   *
   * @param starts how many tokens of the step come before each of its examples
   * @param chosen the examples, by their place in the step
   */
  static MicroBatch of(List<TokenizedExample> step, long[] starts, List<Integer> chosen) {
    return new MicroBatch(
        TokenBatch.of(chosen.stream().map(step::get).toList()),
        chosen.stream().map(i -> new Place(starts[i], step.get(i).length())).toList());
  }
}
