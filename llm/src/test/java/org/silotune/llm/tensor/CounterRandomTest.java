package org.silotune.llm.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CounterRandomTest {

  private static final int DRAWS = 100_000;

  @Test
  void labelsSeparateAndRepeat() {
    CounterRandom random = CounterRandom.ofSeed(7);
    assertThat(random.at("a").bits(0)).isEqualTo(CounterRandom.ofSeed(7).at("a").bits(0));
    assertThat(random.at("a").bits(0)).isNotEqualTo(random.at("b").bits(0));
    assertThat(random.at(1).at(2).bits(0)).isNotEqualTo(random.at(2).at(1).bits(0));
    assertThat(random.at(1).bits(0)).isNotEqualTo(CounterRandom.ofSeed(8).at(1).bits(0));
  }

  @Test
  void uniformNumbersHaveTheirMoments() {
    CounterRandom random = CounterRandom.ofSeed(1);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      double u = random.uniform(i);
      assertThat(u).isBetween(0.0, Math.nextDown(1.0));
      sum += u;
      squares += u * u;
    }
    assertThat(sum / DRAWS).isCloseTo(0.5, within(0.005));
    assertThat(squares / DRAWS).isCloseTo(1.0 / 3, within(0.005));
  }

  @Test
  void gaussianNumbersHaveTheirMoments() {
    CounterRandom random = CounterRandom.ofSeed(2);
    double[] moments = new double[5];
    for (int i = 0; i < DRAWS; i++) {
      double g = random.gaussian(i);
      for (int k = 1; k <= 4; k++) {
        moments[k] += Math.pow(g, k) / DRAWS;
      }
    }
    assertThat(moments[1]).isCloseTo(0, within(0.02));
    assertThat(moments[2]).isCloseTo(1, within(0.03));
    assertThat(moments[3]).isCloseTo(0, within(0.08));
    assertThat(moments[4]).isCloseTo(3, within(0.2));
  }

  @Test
  void aPermutationHoldsEveryIndexOnceAndEveryPlaceIsAsLikely() {
    int[] firstPlace = new int[5];
    for (int seed = 0; seed < 20_000; seed++) {
      int[] order = CounterRandom.ofSeed(seed).permutation(5);
      firstPlace[order[0]]++;
      Arrays.sort(order);
      assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }
    for (int count : firstPlace) {
      assertThat(count).isBetween(3_700, 4_300);
    }
  }
}
