package org.silotune.udf.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TextNormalizerTest {

  @Test
  void accentsAreComposed() {
    assertThat(TextNormalizer.normalize("cafe\u0301")).isEqualTo("caf\u00e9");
    assertThat(TextNormalizer.normalize("\u212b")).isEqualTo("\u00c5");
    assertThat(TextNormalizer.normalize("\u1112\u1161\u11ab")).isEqualTo("\ud55c");
  }

  @Test
  void lineEndsAreLineFeeds() {
    assertThat(TextNormalizer.normalize("a\r\nb\rc\nd\r\r\ne")).isEqualTo("a\nb\nc\nd\n\ne");
    assertThat(TextNormalizer.normalize("\r")).isEqualTo("\n");
  }

  @Test
  void charactersThatNobodySeesAreDropped() {
    assertThat(TextNormalizer.normalize("\uFEFFa\u0000b\u0007\u001b[0m\u0085c\u007f\ufffed\ufdd0"))
        .isEqualTo("ab[0mcd");
    assertThat(TextNormalizer.normalize("x\ud83f\udfff")).isEqualTo("x");
    assertThat(TextNormalizer.normalize("a\tb\nc")).isEqualTo("a\tb\nc");
  }

  @Test
  void joinersAndSpacesStay() {
    String family = "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 a\u00a0b\u200cc";
    assertThat(TextNormalizer.normalize(family)).isEqualTo(family);
  }

  @Test
  void halfASurrogatePairBecomesTheReplacementCharacter() {
    assertThat(TextNormalizer.normalize("a\ud83db\udc00")).isEqualTo("a\ufffdb\ufffd");
  }

  @Test
  void whatADroppedCharacterKeptApartIsComposed() {
    assertThat(TextNormalizer.normalize("e\u0001\u0301")).isEqualTo("\u00e9");
  }

  @Test
  void normalisingAgainChangesNothing() {
    long seed = Long.getLong("test.seed", 20240601L);
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        int limit = random.nextBoolean() ? 0x350 : 0x110000;
        text.appendCodePoint(random.nextInt(limit));
      }
      String once = TextNormalizer.normalize(text.toString());
      assertThat(TextNormalizer.normalize(once)).as("seed %d, text %d", seed, i).isEqualTo(once);
      assertThat(Normalizer.isNormalized(once, Normalizer.Form.NFC)).isTrue();
      assertThat(once.chars().filter(c -> Character.isISOControl(c)))
          .allMatch(c -> c == '\t' || c == '\n');
    }
  }
}
