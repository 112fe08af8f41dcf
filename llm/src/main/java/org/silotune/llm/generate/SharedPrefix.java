package org.silotune.llm.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What all prompts of a call begin with, such as a system message or worked examples: computed
 * once, and every prompt goes on from it.
 */
final class SharedPrefix implements AutoCloseable {

  /** Below this many tokens that are not computed again, a pass of their own does not pay. */
  private static final int LEAST_TOKENS_SAVED = 64;

  private final int length;
  private final Optional<SequenceModel.Sequence> memory;

  private SharedPrefix(int length, Optional<SequenceModel.Sequence> memory) {
    this.length = length;
    this.memory = memory;
  }

  /** Computes what {@code prompts} share, nothing where that saves little. */
  static SharedPrefix of(SequenceModel model, List<Prompt> prompts) {
    int shared = lengthOf(prompts);
    if ((long) shared * (prompts.size() - 1) < LEAST_TOKENS_SAVED) {
      return new SharedPrefix(0, Optional.empty());
    }
    SequenceModel.Sequence sequence = model.open(shared);
    model.feedGreedy(
        List.of(sequence),
        List.of(Arrays.copyOf(prompts.get(0).ids(), shared)),
        model.vocabularySize());
    return new SharedPrefix(shared, Optional.of(sequence));
  }

  /** Returns the length of what all begin with, at least one token of each prompt left over. */
  static int lengthOf(List<Prompt> prompts) {
    if (prompts.isEmpty()) {
      return 0;
    }
    int[] first = prompts.get(0).ids();
    int shared = first.length - 1;
    for (Prompt prompt : prompts) {
      int[] ids = prompt.ids();
      int same = Arrays.mismatch(first, 0, shared, ids, 0, Math.min(shared, ids.length));
      shared = Math.min(ids.length - 1, same < 0 ? shared : same);
    }
    return shared;
  }

  /** Returns the number of tokens. */
  int length() {
    return length;
  }

  /** Returns what is left of a prompt. */
  int[] rest(int[] prompt) {
    return length == 0 ? prompt : Arrays.copyOfRange(prompt, length, prompt.length);
  }

  /** Starts a sequence that has been fed the prefix. */
  SequenceModel.Sequence open(SequenceModel model, int capacity) {
    return memory.map(prefix -> model.open(prefix, capacity)).orElseGet(() -> model.open(capacity));
  }

  @Override
  public void close() {
    memory.ifPresent(SequenceModel.Sequence::close);
  }
}
