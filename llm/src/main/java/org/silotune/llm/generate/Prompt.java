package org.silotune.llm.generate;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * What is continued. The array is not copied.
 *
 * @param stream numbers the prompt for a {@link RandomSampler}: the same seed, stream and ids give
 *     the same answer, whatever else is generated beside it
 * @param ids token ids, at least one, beginning-of-text included where the model expects it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Prompt(long stream, int[] ids) {

  public Prompt {
    requireNonNull(ids, "ids");
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "Invalid prompt %d: it has no tokens; a model needs at least one to continue from"
              .formatted(stream));
    }
  }

  /** Returns prompts whose streams are their places in the list. */
  public static List<Prompt> numbered(List<int[]> prompts) {
    List<Prompt> numbered = new ArrayList<>(prompts.size());
    for (int[] ids : prompts) {
      numbered.add(new Prompt(numbered.size(), ids));
    }
    return numbered;
  }
}
