package org.silotune.udf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MinHashTest {

  @Test
  void agreementEstimatesTheSimilarityOfTheWordRuns() {
    long seed = Long.getLong("test.seed", 20240601L);
    Random random = new Random(seed);
    MinHash minHash = new MinHash(1024, 2);
    for (int kept : new int[] {0, 100, 200, 300, 390, 400}) {
      int[] words = random.ints(400, 0, 1_000_000).toArray();
      int[] other = random.ints(400, 1_000_000, 2_000_000).toArray();
      System.arraycopy(words, 0, other, 0, kept);
      double jaccard = jaccard(text(words), text(other));
      assertThat(similarity(minHash, text(words), text(other)))
          .as("seed %d, %d words kept", seed, kept)
          .isCloseTo(jaccard, within(4 * Math.sqrt(jaccard * (1 - jaccard) / 1024) + 1e-12));
    }
  }

  @Test
  void caseAndPunctuationChangeNothing() {
    MinHash minHash = new MinHash(64, 3);
    assertThat(similarity(minHash, "The cat, sat on the MAT!", "the cat sat (on the mat)"))
        .isEqualTo(1);
  }

  @Test
  void aLongerSignatureBeginsWithTheShorterOne() {
    long[] longer = new MinHash(128, 5).signature("a b c d e f g").orElseThrow();
    assertThat(new MinHash(16, 5).signature("a b c d e f g").orElseThrow())
        .containsExactly(Arrays.copyOf(longer, 16));
  }

  @Test
  void aTextWithoutAWordResemblesNothing() {
    assertThat(new MinHash(16, 5).signature(" .,;\n")).isEmpty();
    assertThat(new MinHash(16, 5).signature("two words")).isPresent();
  }

  @Test
  void badSizesAreNamed() {
    assertThatThrownBy(() -> new MinHash(0, 5))
        .hasMessage("Invalid signature size 0: must be 1 to 4096");
    assertThatThrownBy(() -> new MinHash(5000, 5))
        .hasMessage("Invalid signature size 5000: must be 1 to 4096");
    assertThatThrownBy(() -> new MinHash(16, 0))
        .hasMessage("Invalid n-gram size 0: must be at least 1 word");
    assertThatThrownBy(() -> MinHash.similarity(new long[2], new long[3]))
        .hasMessage("Cannot compare signatures of 2 and 3 places: make both with one size");
  }

  private static double similarity(MinHash minHash, String a, String b) {
    return MinHash.similarity(
        minHash.signature(a).orElseThrow(), minHash.signature(b).orElseThrow());
  }

  private static double jaccard(String a, String b) {
    var left = Arrays.stream(new WordNgrams(2).hashes(a)).boxed().collect(Collectors.toSet());
    var right = Arrays.stream(new WordNgrams(2).hashes(b)).boxed().collect(Collectors.toSet());
    long common = left.stream().filter(right::contains).count();
    return (double) common / (left.size() + right.size() - common);
  }

  private static String text(int[] words) {
    return IntStream.of(words).mapToObj(w -> "w" + w).collect(Collectors.joining(" "));
  }
}
