package org.silotune.udf.token;

import static java.util.Objects.requireNonNull;

import java.util.stream.IntStream;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.SpecialTokens;
import org.silotune.llm.tokenizer.Tokenizer;

/**
 * Plain texts as a model reads them: with a beginning-of-text token where it was trained with one.
 *
 * @param tokenizer the model's
 */
public record ModelTexts(Tokenizer tokenizer) {

  public ModelTexts {
    requireNonNull(tokenizer, "tokenizer");
  }

  /**
   * A prompt and what follows it, as one text.
   *
   * @param ids of the whole
   * @param border where what follows begins; all of the ids may stand before it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Continued(int[] ids, int border) {}

  /** Returns a text's ids, after a beginning-of-text token where the model expects one. */
  public int[] ids(String text) {
    int[] ids = tokenizer.encode(text);
    SpecialTokens special = tokenizer.specialTokens();
    if (!special.startsWithBos()) {
      return ids;
    }
    int bos = special.bos().orElseThrow();
    return ids.length > 0 && ids[0] == bos ? ids : after(bos, ids);
  }

  /** Returns a text's ids alone. */
  public int[] bareIds(String text) {
    return tokenizer.encode(text);
  }

  /**
   * Returns what stands before a text that nothing stands before: beginning-of-text, or end-of-text
   * where there is none.
   *
   * @throws LlmException if the tokenizer has neither
   */
  public int start() {
    SpecialTokens special = tokenizer.specialTokens();
    return special
        .bos()
        .orElseGet(
            () ->
                special
                    .eos()
                    .orElseThrow(
                        () ->
                            new LlmException(
                                "Cannot score a text from its first token: the tokenizer has no beginning-of-text and no end-of-text token")));
  }

  /**
   * Returns a prompt with what follows it.
   *
   * <p>The border is that of lm-evaluation-harness ({@code TemplateLM._encode_pair}): white space
   * at the prompt's end goes to what follows, whose tokens are those of the whole text behind as
   * many as the prompt alone has. Before an empty prompt stands {@link #start}, once.
   */
  public Continued continued(String prompt, String continuation) {
    String context = prompt.stripTrailing();
    int[] before = context.isEmpty() ? new int[0] : ids(context);
    if (before.length == 0) {
      return new Continued(after(start(), bareIds(prompt + continuation)), 1);
    }
    int[] whole = ids(prompt + continuation);
    return new Continued(whole, Math.min(before.length, whole.length));
  }

  private static int[] after(int first, int[] ids) {
    return IntStream.concat(IntStream.of(first), IntStream.of(ids)).toArray();
  }
}
