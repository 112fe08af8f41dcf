package org.silotune.llm.tokenizer;

/**
 * Text to token ids and back. Implementations are thread-safe.
 *
 * <p>{@link #encode} adds no special token of its own accord: beginning-of-text and turn markers
 * are the chat template's business, and special tokens written out in the text are recognised.
 */
public interface Tokenizer extends AutoCloseable {

  /** Returns the ids of {@code text}; the empty text has none. */
  int[] encode(String text);

  /** Returns the text of {@code ids}; special tokens are dropped. */
  String decode(int[] ids);

  /** Returns the number of ids, special tokens included. */
  int vocabularySize();

  /** Returns the ids with a meaning of their own. */
  SpecialTokens specialTokens();

  /**
   * Returns the sha256, in lower-case hex, of the canonical tokenizer.json: two tokenizers with the
   * same hash give the same ids.
   */
  String sha256();

  @Override
  void close();
}
