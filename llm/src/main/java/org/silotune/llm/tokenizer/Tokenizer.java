package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.OptionalInt;

/**
 * Text to token ids and back. Implementations are thread-safe.
 *
 * <p>No method adds a special token of its own accord: beginning-of-text and turn markers are the
 * chat template's business. Special tokens written out in a plain text are recognised; in pieces,
 * only in those of {@link TextPiece.Origin#MARKUP}.
 */
public interface Tokenizer extends AutoCloseable {

  /** Returns the ids of {@code text}; the empty text has none. */
  int[] encode(String text);

  /**
   * Returns the ids of the pieces read as one text. Where no content holds a control token these
   * are the ids of the joined text; where one does, its characters are encoded as ordinary text.
   */
  int[] encode(List<TextPiece> pieces);

  /**
   * Returns the ids of the pieces read as one text that continues another: a tokenizer that puts a
   * space before every text does not put one here.
   */
  int[] encodeContinuation(List<TextPiece> pieces);

  /**
   * Returns the text of {@code ids}; special tokens are dropped.
   *
   * @throws IllegalArgumentException if an id is outside the vocabulary
   */
  String decode(int[] ids);

  /**
   * Returns the text of {@code ids} with the special tokens written out.
   *
   * @throws IllegalArgumentException if an id is outside the vocabulary
   */
  String decodeVerbatim(int[] ids);

  /** Returns the id of a special token by its text, if it is one. */
  OptionalInt specialTokenId(String text);

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
