package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SiloProfileTest {

  @Test
  void divergenceIsThatOfTheFormulaInPython() {
    CategoryMix p = mix(Map.of("a", 1L, "b", 2L, "c", 3L));
    CategoryMix q = mix(Map.of("a", 10L, "b", 20L, "d", 70L));

    // p, q = [1/6, 2/6, 3/6, 0], [.1, .2, 0, .7]; m = [(a + b) / 2 for a, b in zip(p, q)]
    // sum((a and a*log2(a/c)) + (b and b*log2(b/c)) for a, b, c in zip(p, q, m)) / 2
    assertThat(p.divergenceFrom(q).orElseThrow()).isCloseTo(0.6182263988, within(1e-9));
    assertThat(q.divergenceFrom(p).orElseThrow())
        .isCloseTo(p.divergenceFrom(q).orElseThrow(), within(1e-15));
  }

  @Test
  void divergenceIsNothingForEqualMixesAndOneForThoseWithNothingInCommon() {
    CategoryMix p = mix(Map.of("a", 1L, "b", 2L));

    assertThat(p.divergenceFrom(mix(Map.of("a", 50L, "b", 100L)))).hasValue(0);
    assertThat(p.divergenceFrom(mix(Map.of("c", 7L)))).hasValue(1);
    assertThat(p.divergenceFrom(CategoryMix.EMPTY)).isEmpty();
    assertThat(CategoryMix.EMPTY.divergenceFrom(p)).isEmpty();
  }

  @Test
  void bucketsAreFourToEachDoubling() {
    assertThat(IntStream.rangeClosed(1, 40).map(LengthHistogram::bucket).distinct())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40);
    assertThat(LengthHistogram.bucket(1023)).isEqualTo(896);
    assertThatThrownBy(() -> LengthHistogram.bucket(0))
        .hasMessage("Invalid length 0: must be >= 1");
  }

  @Test
  void histogramKnowsItsEnds() {
    LengthHistogram lengths = new LengthHistogram(new TreeMap<>(Map.of(8, 2L, 16, 5L, 64, 3L)));

    assertThat(lengths.first()).isEqualTo(8);
    assertThat(lengths.last()).isEqualTo(64);
    assertThat(LengthHistogram.EMPTY.first()).isZero();
    assertThat(LengthHistogram.EMPTY.last()).isZero();
    assertThat(lengths.plus(lengths).total()).isEqualTo(20);
    for (int length = 1; length < 2000; length++) {
      int end = LengthHistogram.end(length);
      assertThat(LengthHistogram.bucket(end)).isEqualTo(LengthHistogram.bucket(length));
      assertThat(LengthHistogram.bucket(end + 1)).isEqualTo(end + 1);
    }
  }

  @Test
  void quantilesThatCannotBeAreABug() {
    assertThat(LengthQuantiles.UNKNOWN.areKnown()).isFalse();
    assertThat(new LengthQuantiles(3, 3).areKnown()).isTrue();
    assertThatThrownBy(() -> new LengthQuantiles(5, 4))
        .hasMessage("Invalid length quantiles: median 5, 95th percentile 4");
  }

  @Test
  void stagesMustLeaveWhatReachesTheNext() {
    StageCounts read = new StageCounts("read", 10, 3, 0, 0);
    assertThat(read.rowsOut()).isEqualTo(7);

    StageCounts.requireChain(List.of(read, new StageCounts("tokenise", 7, 1, 2, 0)), 10, 6);
    assertThatThrownBy(
            () ->
                StageCounts.requireChain(
                    List.of(read, new StageCounts("tokenise", 8, 1, 2, 0)), 10, 7))
        .hasMessage("Invalid manifest: 7 rows reach stage tokenise, which counts 8");
    assertThatThrownBy(() -> StageCounts.requireChain(List.of(read), 10, 6))
        .hasMessage("Invalid manifest: the stages leave 7 rows of 6");
    assertThatThrownBy(() -> new StageCounts("read", 1, 2, 0, 0))
        .hasMessage("Invalid counts of stage read: 2 dropped of 1 rows");
  }

  private static CategoryMix mix(Map<String, Long> rows) {
    return new CategoryMix(new TreeMap<>(rows));
  }
}
