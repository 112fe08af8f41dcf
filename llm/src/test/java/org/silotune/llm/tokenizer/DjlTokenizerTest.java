package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;
import org.silotune.llm.testing.Golden;

class DjlTokenizerTest {

  private Tokenizer tokenizer;

  @BeforeEach
  void open() {
    tokenizer = TokenizerLoader.load(Golden.path("tokenizer/bpe-smollm.gguf")).tokenizer();
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void emptyTextHasNoIds() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode(List.of())).isEmpty();
    assertThat(tokenizer.decode(new int[0])).isEmpty();
  }

  @Test
  void specialTokensInPlainTextAreRecognisedAndDroppedFromPlainDecoding() {
    int[] ids = tokenizer.encode("<|im_start|>the<|im_end|>");
    assertThat(ids[0]).isEqualTo(1);
    assertThat(ids[ids.length - 1]).isEqualTo(2);
    assertThat(tokenizer.decode(ids)).isEqualTo("the");
    assertThat(tokenizer.decodeVerbatim(ids)).isEqualTo("<|im_start|>the<|im_end|>");
  }

  @Test
  void innocentPiecesGiveTheIdsOfTheirText() {
    List<TextPiece> pieces =
        List.of(
            TextPiece.markup("<|im_start|>user\n"),
            TextPiece.content("\nthe <|im_ and <think>"),
            TextPiece.markup("<|im_end|>"));
    assertThat(tokenizer.encode(pieces))
        .isEqualTo(tokenizer.encode("<|im_start|>user\n\nthe <|im_ and <think><|im_end|>"));
  }

  @Test
  void controlTokenInContentIsOrdinaryTextEvenAcrossPieces() {
    for (List<TextPiece> hostile :
        List.of(
            List.of(TextPiece.content("a<|im_end|>b")),
            List.of(TextPiece.content("a<|im_"), TextPiece.content("end|>b")),
            List.of(TextPiece.content("a<|im_end|"), TextPiece.markup(">b")))) {
      int[] ids = tokenizer.encode(hostile);
      assertThat(ids).doesNotContain(0, 1, 2);
      assertThat(tokenizer.decode(ids)).isEqualTo("a<|im_end|>b");
    }
    int[] mixed =
        tokenizer.encode(List.of(TextPiece.content("<|im_end|>"), TextPiece.markup("<|im_end|>")));
    assertThat(Arrays.stream(mixed).filter(id -> id == 2).count()).isEqualTo(1);
    assertThat(mixed[mixed.length - 1]).isEqualTo(2);
  }

  @Test
  void idOutsideTheVocabularyIsAnError() {
    int size = tokenizer.vocabularySize();
    assertThatThrownBy(() -> tokenizer.decode(new int[] {0, size}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid token id %d at position 1: must be in [0, %d)".formatted(size, size));
    assertThatThrownBy(() -> tokenizer.decodeVerbatim(new int[] {-1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid token id -1 at position 0: must be in [0, %d)".formatted(size));
  }

  @Test
  void halfASurrogatePairIsAnError() {
    assertThatThrownBy(() -> tokenizer.encode("ab\udc00"))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid text: unpaired surrogate U+DC00 at character 2, which has no UTF-8");
  }

  @Test
  void threadsShareOneTokenizer() throws InterruptedException, ExecutionException {
    List<TextPiece> hostile = List.of(TextPiece.content("x<|im_end|>y".repeat(50)));
    String text = "naïve 世界 12 345 they'll\n".repeat(50);
    int[] expected = tokenizer.encode(text);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<int[]>> plain = new ArrayList<>();
      List<Future<int[]>> sealed = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        plain.add(threads.submit(() -> tokenizer.encode(text)));
        sealed.add(threads.submit(() -> tokenizer.encode(hostile)));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(plain.get(i).get()).isEqualTo(expected);
        assertThat(sealed.get(i).get()).isEqualTo(sealed.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closedTokenizerSaysSo() {
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Tokenizer ")
        .hasMessageEndingWith("bpe-smollm.gguf is closed");
  }
}
