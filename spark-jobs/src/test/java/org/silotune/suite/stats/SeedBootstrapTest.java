package org.silotune.suite.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tensor.CounterRandom;

final class SeedBootstrapTest {

  private static final SeedBootstrap BOOTSTRAP = SeedBootstrap.ofSeed(1);

  /**
   * Two seeds and three examples have 4 times 27 resamples, equally likely: all of them are made.
   */
  @Test
  void theIntervalIsThatOfAllResamples() {
    double[][] values = {{1, 5, 9}, {2, 16, 3}};
    double[] weights = {1, 2, 1};
    double[] all = new double[4 * 27];
    for (int r = 0; r < all.length; r++) {
      int[] seeds = {r % 2, r / 2 % 2};
      int[] examples = {r / 4 % 3, r / 12 % 3, r / 36 % 3};
      double sum = 0;
      double weight = 0;
      for (int example : examples) {
        sum += values[seeds[0]][example] + values[seeds[1]][example];
        weight += 2 * weights[example];
      }
      all[r] = sum / weight;
    }
    Arrays.sort(all);
    var estimate =
        new SeedBootstrap(1, 20_000).of("a", new Observed(List.of(1L, 2L), values, weights));
    assertThat(estimate.value()).isEqualTo((15.0 / 4 + 21.0 / 4) / 2);
    assertThat(estimate.low()).isEqualTo(all[(int) (0.025 * all.length)]);
    assertThat(estimate.high()).isEqualTo(all[(int) (0.975 * all.length)]);
  }

  @Test
  void withOneSeedItIsTheBootstrapOfExamples() {
    var random = CounterRandom.ofSeed(5);
    double[] values = LongStream.range(0, 400).mapToDouble(random::gaussian).toArray();
    var estimate = BOOTSTRAP.of("a", observed(List.of(1L), new double[][] {values}));
    double mean = Arrays.stream(values).sum() / 400;
    assertThat(estimate.value()).isCloseTo(mean, within(1e-12));
    assertThat(estimate.low()).isCloseTo(mean - 1.96 / 20, within(0.012));
    assertThat(estimate.high()).isCloseTo(mean + 1.96 / 20, within(0.012));
  }

  /** Many seeds that differ by a normal shift: the interval is that of the shifts. */
  @Test
  void seedsThatDifferWidenTheInterval() {
    int seeds = 100;
    var random = CounterRandom.ofSeed(6);
    double[][] values = new double[seeds][20];
    for (int s = 0; s < seeds; s++) {
      Arrays.fill(values[s], random.gaussian(s));
    }
    var estimate = BOOTSTRAP.of("a", observed(LongStream.range(0, seeds).boxed().toList(), values));
    assertThat(estimate.high() - estimate.low()).isCloseTo(2 * 1.96 / 10, within(0.08));
  }

  @Test
  void aDifferenceThatIsAlwaysTheSameHasNoWidth() {
    double[][] values = {{1, 2, 3}, {4, 5, 7}};
    double[][] more = {{1.5, 2.5, 3.5}, {4.5, 5.5, 7.5}};
    var seeds = List.of(1L, 2L);
    var difference = BOOTSTRAP.of("a", observed(seeds, more).minus(observed(seeds, values)));
    assertThat(difference).isEqualTo(new Estimate(0.5, 0.5, 0.5, List.of(0.5, 0.5), 3));
  }

  @Test
  void equalObservationsGiveTheSameBits() {
    var observed = observed(List.of(1L, 2L), new double[][] {{1, 2, 4}, {4, 3, 7}});
    assertThat(BOOTSTRAP.of("a", observed)).isEqualTo(BOOTSTRAP.of("a", observed));
  }

  @Test
  void onlyEqualSeedsAndExamplesMakePairs() {
    var two = observed(List.of(1L, 2L), new double[][] {{1, 2}, {3, 4}});
    var others = observed(List.of(1L, 3L), new double[][] {{1, 2}, {3, 4}});
    assertThatThrownBy(() -> two.minus(others))
        .hasMessage("Invalid pair: not of the same seeds and examples");
    assertThatThrownBy(() -> observed(List.of(1L), new double[][] {{1}, {2}}))
        .hasMessage("Invalid observations: 1 seeds, 2 rows, 1 examples");
  }

  private static Observed observed(List<Long> seeds, double[][] values) {
    double[] weights = new double[values[0].length];
    Arrays.fill(weights, 1);
    return new Observed(seeds, values, weights);
  }
}
