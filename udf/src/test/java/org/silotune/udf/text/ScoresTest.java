package org.silotune.udf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The laws of the scores; their values are in {@link TextGoldenTest}. */
final class ScoresTest {

  @Test
  void rougeLIsSymmetricInPrecisionAndRecallAndOneOfEqualTexts() {
    long seed = Long.getLong("test.seed", 20240601L);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String a = words(random);
      String b = words(random);
      RougeL forth = RougeL.of(a, b);
      RougeL back = RougeL.of(b, a);
      assertThat(forth.precision()).as("seed %d, pair %d", seed, i).isEqualTo(back.recall());
      assertThat(forth.f()).isEqualTo(back.f());
      assertThat(RougeL.of(a, a).f()).isEqualTo(1);
      assertThat(RougeL.of(a + " x1 " + b, b).recall()).isEqualTo(1);
    }
    assertThat(RougeL.of("", "a")).isEqualTo(new RougeL(0, 0, 0));
  }

  @Test
  void passAtKGrowsWithCAndWithKAndIsTheMeanAtOne() {
    for (int c = 0; c <= 20; c++) {
      assertThat(PassAtK.estimate(20, c, 1)).isCloseTo(c / 20.0, within(1e-15));
      for (int k = 2; k <= 20; k++) {
        assertThat(PassAtK.estimate(20, c, k))
            .isGreaterThanOrEqualTo(PassAtK.estimate(20, c, k - 1));
        if (c > 0) {
          assertThat(PassAtK.estimate(20, c, k))
              .isGreaterThanOrEqualTo(PassAtK.estimate(20, c - 1, k));
        }
      }
    }
    assertThat(PassAtK.estimate(100_000, 3, 50_000)).isBetween(0.87, 0.88);
  }

  @Test
  void passAtKNamesWhatIsOutOfRange() {
    assertThatThrownBy(() -> PassAtK.estimate(0, 0, 1))
        .hasMessage("Invalid n 0: must be at least 1 answer");
    assertThatThrownBy(() -> PassAtK.estimate(5, 6, 1))
        .hasMessage("Invalid c 6: must be 0 to n, which is 5");
    assertThatThrownBy(() -> PassAtK.estimate(5, -1, 1))
        .hasMessage("Invalid c -1: must be 0 to n, which is 5");
    assertThatThrownBy(() -> PassAtK.estimate(5, 2, 10))
        .hasMessage("Invalid k 10: must be 1 to n, which is 5; draw at least k answers");
  }

  @Test
  void exactMatchLooksPastCaseAndWhiteSpaceOnly() {
    assertThat(ExactMatch.matches(" Paris\n", "paris")).isTrue();
    assertThat(ExactMatch.matches("who: Ada\nday:  Monday", "who: ada day: monday")).isTrue();
    assertThat(ExactMatch.matches("Paris.", "Paris")).isFalse();
    assertThat(ExactMatch.matches("cafe\u0301", "caf\u00e9")).isTrue();
  }

  @Test
  void numericAnswerIsTheOneBehindTheMarkerElseTheLast() {
    assertThat(answer("9 * 2 = <<9*2=18>>18 dollars.\n#### 18")).isEqualTo("18");
    assertThat(answer("#### 1,234,567")).isEqualTo("1234567");
    assertThat(answer("The answer is 3. No, the answer is $1,250.50. Sorry for the 4"))
        .isEqualTo("1250.5");
    assertThat(answer("first 3, then 4 apples")).isEqualTo("4");
    assertThat(answer("5-3")).isEqualTo("3");
    assertThat(answer("it is -7 degrees")).isEqualTo("-7");
    assertThat(answer("it is \u22127 degrees")).isEqualTo("-7");
    assertThat(answer("about .5")).isEqualTo("0.5");
    assertThat(answer("2,3")).isEqualTo("3");
    assertThat(NumericAnswer.of("The answer is six")).isEmpty();
    assertThat(NumericAnswer.of("no idea")).isEmpty();
    assertThat(NumericAnswer.of("")).isEmpty();
    assertThat(NumericAnswer.of("1" + "0".repeat(40))).isEmpty();
  }

  private static String answer(String text) {
    return NumericAnswer.of(text).map(BigDecimal::stripTrailingZeros).orElseThrow().toPlainString();
  }

  private static String words(Random random) {
    return random
        .ints(1 + random.nextInt(90), 0, 9)
        .mapToObj(w -> "w" + w)
        .collect(Collectors.joining(random.nextBoolean() ? " " : ", "));
  }
}
