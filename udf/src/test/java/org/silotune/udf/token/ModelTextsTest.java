package org.silotune.udf.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.SpecialTokens;
import org.silotune.llm.tokenizer.TextPiece;
import org.silotune.llm.tokenizer.Tokenizer;

final class ModelTextsTest {

  private static final int BOS = 1;
  private static final int EOS = 2;

  private static final ModelTexts WITH_BOS =
      texts(new SpecialTokens(OptionalInt.of(BOS), OptionalInt.of(EOS), Set.of(EOS)));
  private static final ModelTexts WITHOUT =
      texts(new SpecialTokens(OptionalInt.empty(), OptionalInt.of(EOS), Set.of(EOS)));

  @Test
  void aTextBeginsWithOneBeginningToken() {
    assertThat(WITH_BOS.ids("ab")).containsExactly(BOS, 'a', 'b');
    assertThat(WITH_BOS.ids("\u0001ab")).containsExactly(BOS, 'a', 'b');
    assertThat(WITHOUT.ids("ab")).containsExactly('a', 'b');
    assertThat(WITH_BOS.bareIds("ab")).containsExactly('a', 'b');
  }

  @Test
  void whiteSpaceAtThePromptsEndIsOfWhatFollows() {
    var text = WITHOUT.continued("ab ", "c");
    assertThat(text.ids()).containsExactly('a', 'b', ' ', 'c');
    assertThat(text.border()).isEqualTo(2);
    assertThat(WITH_BOS.continued("ab ", "c").border()).isEqualTo(3);
  }

  @Test
  void beforeAnEmptyPromptStandsOneTokenAndIsNotScored() {
    var text = WITH_BOS.continued("", " ab");
    assertThat(text.ids()).containsExactly(BOS, ' ', 'a', 'b');
    assertThat(text.border()).isEqualTo(1);
    assertThat(WITHOUT.continued(" ", "a").ids()).containsExactly(EOS, ' ', 'a');
  }

  @Test
  void whatAddsNothingHasNoTokens() {
    var text = WITHOUT.continued("ab", "");
    assertThat(text.border()).isEqualTo(text.ids().length);
  }

  @Test
  void withoutATokenToBeginWithNothingIsScoredFromItsStart() {
    var none = texts(new SpecialTokens(OptionalInt.empty(), OptionalInt.empty(), Set.of()));
    assertThatThrownBy(() -> none.continued("", "a"))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot score a text from its first token: the tokenizer has no beginning-of-text and no end-of-text token");
  }

  private static ModelTexts texts(SpecialTokens special) {
    return new ModelTexts(new Letters(special));
  }

  /** A token a character. */
  private record Letters(SpecialTokens specialTokens) implements Tokenizer {

    @Override
    public int[] encode(String text) {
      return text.chars().toArray();
    }

    @Override
    public int[] encode(List<TextPiece> pieces) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] encodeContinuation(List<TextPiece> pieces) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String decode(int[] ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String decodeVerbatim(int[] ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalInt specialTokenId(String text) {
      return OptionalInt.empty();
    }

    @Override
    public int vocabularySize() {
      return 128;
    }

    @Override
    public String sha256() {
      return "letters";
    }

    @Override
    public void close() {}
  }
}
