package org.silotune.llm.generate;

import java.util.Arrays;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * Turns ids that arrive one by one into text, and never releases half a character: bytes that are
 * not yet a whole UTF-8 sequence decode to U+FFFD at the end of the text, and that end is held back
 * until a later token completes it or the stream ends.
 *
 * <p>Only a window of ids is decoded at a time. It starts at the tokens already released, because
 * decoders of the SentencePiece kind drop a leading space at the start of a text, so a token's text
 * is the difference between decoding with and without it.
 */
final class TokenStream {

  private static final char REPLACEMENT = '\uFFFD';

  private final Tokenizer tokenizer;
  private int[] ids = new int[64];
  private int count;
  private int contextStart;
  private int pendingStart;

  TokenStream(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Returns the text that {@code id} completes, often none. */
  String accept(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
    String text = pendingText();
    if (text.isEmpty() || text.charAt(text.length() - 1) == REPLACEMENT) {
      return "";
    }
    contextStart = pendingStart;
    pendingStart = count;
    return text;
  }

  /** Returns the text held back, with U+FFFD for bytes that never became a character. */
  String finish() {
    String text = pendingText();
    contextStart = pendingStart;
    pendingStart = count;
    return text;
  }

  /** Returns all ids accepted. */
  int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  private String pendingText() {
    String context = decode(contextStart, pendingStart);
    String all = decode(contextStart, count);
    return all.substring(context.length());
  }

  private String decode(int from, int to) {
    return from == to ? "" : tokenizer.decode(Arrays.copyOfRange(ids, from, to));
  }
}
