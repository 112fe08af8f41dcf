package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * One training example: the row of a token shard, without Spark.
 *
 * <p>{@code labels[i]} is token {@code i} itself where it is trained and {@link #NOT_TRAINED} where
 * it is not; the trainer shifts, so that position {@code i - 1} predicts it. The first label of an
 * example therefore never counts. The arrays are not copied.
 *
 * @param id unique inside the silo
 * @param inputIds token ids, at least one
 * @param labels as long as {@code inputIds}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by id, never by value
public record TokenizedExample(String id, int[] inputIds, int[] labels) {

  /** Marks a position whose token is context only. */
  public static final int NOT_TRAINED = -100;

  public TokenizedExample {
    requireNonNull(id, "id");
    if (inputIds.length == 0) {
      throw new IllegalArgumentException("Invalid example %s: no tokens".formatted(id));
    }
    if (inputIds.length != labels.length) {
      throw new IllegalArgumentException(
          "Invalid example %s: %d tokens against %d labels"
              .formatted(id, inputIds.length, labels.length));
    }
  }

  /** Returns the number of tokens. */
  public int length() {
    return inputIds.length;
  }

  /**
   * Returns how many leading tokens are context, if the labels behind are the tokens; else none.
   */
  public OptionalInt contextTokens() {
    int context = 0;
    while (context < labels.length && labels[context] == NOT_TRAINED) {
      context++;
    }
    for (int i = context; i < labels.length; i++) {
      if (labels[i] != inputIds[i]) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(context);
  }

  /** Returns the number of positions that carry loss; the first one has no predecessor. */
  public int trainedTokens() {
    int count = 0;
    for (int i = 1; i < labels.length; i++) {
      if (labels[i] != NOT_TRAINED) {
        count++;
      }
    }
    return count;
  }
}
