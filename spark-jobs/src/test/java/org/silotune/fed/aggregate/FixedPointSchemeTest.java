package org.silotune.fed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.UnusableUpdateException;
import org.silotune.llm.tensor.NamedTensors;

final class FixedPointSchemeTest {

  private static final FixedPointScheme SMALL = FixedPointScheme.of(OptionalDouble.empty(), 100);

  @Test
  void anUnclippedCoordinateRangesToSixteenAndTheRestIsFraction() {
    assertThat(SMALL).isEqualTo(new FixedPointScheme(4, 100));
    assertThat(SMALL.range()).isEqualTo(16);
    assertThat(SMALL.fractionBits()).isEqualTo(62 - 4 - 7);
  }

  @Test
  void aClipNormIsRoundedUpToAPowerOfTwo() {
    assertThat(FixedPointScheme.of(OptionalDouble.of(1), 1).range()).isEqualTo(1);
    assertThat(FixedPointScheme.of(OptionalDouble.of(1.001), 1).range()).isEqualTo(2);
    assertThat(FixedPointScheme.of(OptionalDouble.of(0.3), 1).range()).isEqualTo(0.5);
    assertThat(FixedPointScheme.of(OptionalDouble.of(0.25), 1).fractionBits()).isEqualTo(64);
  }

  @Test
  void theEncodingIsTheFormulasGoldenValue() {
    FixedPointScheme scheme = new FixedPointScheme(4, 8); // e = 55
    FixedPointSum sum = scheme.encode(tensor(0.1f, -2f), 3, 5);

    // rint(3 * (double) 0.1f * 2^55), by hand: 0.1f = 13421773 / 2^27
    assertThat(sum.slots()[0]).isEqualTo((3L * 13421773L) << 28);
    assertThat(sum.slots()[1]).isEqualTo(-6L << 55);
    assertThat(sum.weight()).isEqualTo(3);
    MeanDelta mean = scheme.mean(sum, tensor(0, 0));
    assertThat(mean.coordinate(0)).isEqualTo((double) 0.1f);
    assertThat(mean.coordinate(1)).isEqualTo(-2);
  }

  @Test
  void tinyDeltasOfHeavySilosSurvive() {
    FixedPointScheme scheme = FixedPointScheme.of(OptionalDouble.empty(), 1L << 40);
    FixedPointSum sum = scheme.encode(tensor(1e-7f), 1L << 30, 1L << 30);

    assertThat(scheme.mean(sum, tensor(0)).coordinate(0)).isEqualTo((double) 1e-7f);
  }

  @Test
  void theMeanOfManySilosIsWithinOneE14OfTheExactRational() {
    int silos = 2_000;
    int coordinates = 16;
    SplittableRandom random = new SplittableRandom(42);
    long announced = 0;
    List<float[]> deltas = new ArrayList<>();
    long[] weights = new long[silos];
    for (int s = 0; s < silos; s++) {
      weights[s] = random.nextLong(1, 100_000);
      announced += weights[s] + random.nextLong(10);
      float[] delta = new float[coordinates];
      for (int i = 0; i < coordinates; i++) {
        delta[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, -random.nextInt(8)));
      }
      deltas.add(delta);
    }
    FixedPointScheme scheme = FixedPointScheme.of(OptionalDouble.empty(), announced);
    FixedPointSum sum = FixedPointSum.EMPTY;
    for (int s = 0; s < silos; s++) {
      sum = sum.plus(scheme.encode(tensor(deltas.get(s)), weights[s], weights[s]));
    }
    MeanDelta mean = scheme.mean(sum, tensor(new float[coordinates]));

    for (int i = 0; i < coordinates; i++) {
      BigDecimal exact = BigDecimal.ZERO;
      BigDecimal weight = BigDecimal.ZERO;
      for (int s = 0; s < silos; s++) {
        exact =
            exact.add(new BigDecimal(deltas.get(s)[i]).multiply(BigDecimal.valueOf(weights[s])));
        weight = weight.add(BigDecimal.valueOf(weights[s]));
      }
      exact = exact.divide(weight, MathContext.DECIMAL128);
      assertThat(exact.subtract(new BigDecimal(mean.coordinate(i))).abs())
          .isLessThan(new BigDecimal("1e-14"));
    }
  }

  @Test
  void sumsDoNotDependOnOrderOrGrouping() {
    List<FixedPointSum> parts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int s = 0; s < 33; s++) {
      parts.add(SMALL.encode(tensor(random.nextFloat(), -random.nextFloat()), 1L + s % 3, 3));
    }
    FixedPointSum left = FixedPointSum.EMPTY;
    for (FixedPointSum part : parts) {
      left = left.plus(part);
    }
    List<FixedPointSum> shuffled = new ArrayList<>(parts);
    Collections.shuffle(shuffled, new Random(3));
    while (shuffled.size() > 1) {
      List<FixedPointSum> pairs = new ArrayList<>();
      for (int i = 0; i < shuffled.size(); i += 2) {
        pairs.add(
            i + 1 < shuffled.size() ? shuffled.get(i).plus(shuffled.get(i + 1)) : shuffled.get(i));
      }
      shuffled = pairs;
    }

    assertThat(shuffled.get(0)).isEqualTo(left);
    assertThat(FixedPointSum.EMPTY.plus(left)).isEqualTo(left);
    assertThat(left.plus(FixedPointSum.EMPTY)).isEqualTo(left);
  }

  @Test
  void theLargestSumsThatAreAllowedDoNotOverflow() {
    FixedPointScheme scheme = FixedPointScheme.of(OptionalDouble.empty(), 6);
    FixedPointSum sum = FixedPointSum.EMPTY;
    for (int s = 0; s < 3; s++) {
      sum = sum.plus(scheme.encode(tensor(16f), 2, 2));
    }

    assertThat(scheme.mean(sum, tensor(0)).coordinate(0)).isEqualTo(16);
  }

  @Test
  void coordinatesThatAreNotFiniteOrOutOfRangeFailTheSiloAndAreNeverClamped() {
    assertThatThrownBy(() -> SMALL.encode(tensor(0f, Float.NaN), 1, 1))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessage("Invalid delta t[1] = NaN: must be finite and at most 16.0 in absolute value");
    assertThatThrownBy(() -> SMALL.encode(tensor(Float.NEGATIVE_INFINITY), 1, 1))
        .hasMessage(
            "Invalid delta t[0] = -Infinity: must be finite and at most 16.0 in absolute value");
    assertThatThrownBy(() -> SMALL.encode(tensor(Math.nextUp(16f)), 1, 1))
        .hasMessage(
            "Invalid delta t[0] = 16.000002: must be finite and at most 16.0 in absolute value");
  }

  @Test
  void aWeightAboveWhatWasAnnouncedFailsTheSilo() {
    assertThatThrownBy(() -> SMALL.encode(tensor(0f), 6, 5))
        .isInstanceOf(UnusableUpdateException.class)
        .hasMessage("Invalid aggregation weight 6: must be between 1 and the 5 announced");
    assertThatThrownBy(() -> SMALL.encode(tensor(0f), 0, 5))
        .hasMessage("Invalid aggregation weight 0: must be between 1 and the 5 announced");
  }

  @Test
  void schemesWithoutRoomAreRefused() {
    assertThatThrownBy(() -> FixedPointScheme.of(OptionalDouble.empty(), 0))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid announced weight 0: the silos of a round must announce at least 1 together");
    assertThatThrownBy(() -> FixedPointScheme.of(OptionalDouble.empty(), 1L << 59))
        .hasMessage(
            "Invalid announced weight 576460752303423488: with coordinates up to 2^4 no bit is left for a fraction");
    assertThatThrownBy(() -> FixedPointScheme.of(OptionalDouble.of(Double.NaN), 1))
        .hasMessage("Invalid clip norm NaN: must be above 0 and at most 2^40");
  }

  @Test
  void sumsOfAnotherLayoutAreABug() {
    FixedPointSum two = SMALL.encode(tensor(1, 2), 1, 1);

    assertThatThrownBy(() -> two.plus(SMALL.encode(tensor(1), 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid sum: 2 coordinates against 1");
    assertThatThrownBy(() -> SMALL.mean(two, tensor(0)))
        .hasMessage("Invalid sum: 2 coordinates against 1 in the layout");
    assertThatThrownBy(() -> SMALL.mean(FixedPointSum.EMPTY, tensor(0)))
        .hasMessage("Invalid weight sum 0: must be between 1 and the 100 announced");
  }

  private static NamedTensors tensor(float... values) {
    return NamedTensors.builder().put("t", new long[] {values.length}, values.clone()).build();
  }
}
