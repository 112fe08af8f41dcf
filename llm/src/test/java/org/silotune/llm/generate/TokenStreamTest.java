package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silotune.llm.tokenizer.Tokenizer;

final class TokenStreamTest {

  private final Tokenizer tokenizer = new ByteTokenizer(300);

  @Test
  void aCharacterOfSeveralTokensIsReleasedWhole() {
    String text = "Grüße, 世界 👩‍🚀!";
    TokenStream stream = new TokenStream(tokenizer);
    StringBuilder released = new StringBuilder();
    for (int id : tokenizer.encode(text)) {
      String piece = stream.accept(id);
      assertThat(piece).doesNotContain("\uFFFD");
      if (!piece.isEmpty()) {
        assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1))).isFalse();
      }
      released.append(piece);
    }
    assertThat(stream.finish()).isEmpty();
    assertThat(released).hasToString(text);
    assertThat(stream.ids()).isEqualTo(tokenizer.encode(text));
  }

  @Test
  void bytesThatNeverBecomeACharacterAreReleasedAtTheEndAsReplacement() {
    TokenStream stream = new TokenStream(tokenizer);
    assertThat(stream.accept('a')).isEqualTo("a");
    assertThat(stream.accept(0xE4)).isEmpty();
    assertThat(stream.accept(0xB8)).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void brokenBytesInTheMiddleDoNotHoldWhatFollows() {
    TokenStream stream = new TokenStream(tokenizer);
    assertThat(stream.accept(0xC3)).isEmpty();
    assertThat(stream.accept('b')).isEqualTo("\uFFFDb");
    assertThat(stream.accept('c')).isEqualTo("c");
  }

  @Test
  void specialTokensHaveNoText() {
    TokenStream stream = new TokenStream(tokenizer);
    assertThat(stream.accept('a')).isEqualTo("a");
    assertThat(stream.accept(ByteTokenizer.END)).isEmpty();
    assertThat(stream.accept('b')).isEqualTo("b");
    assertThat(stream.ids()).containsExactly('a', ByteTokenizer.END, 'b');
  }
}
