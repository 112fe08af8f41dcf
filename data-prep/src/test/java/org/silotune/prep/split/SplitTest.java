package org.silotune.prep.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.Split;

final class SplitTest {

  private static final int ROWS = 20_000;

  @Test
  void hashesEqualThoseOfTheFormulaInPython() {
    // sha256(struct.pack(">qi", 7, 5) + b"split" + struct.pack(">i", 1) + b"a")
    assertThat(new KeyedHash(7, "split").add("a").hex128())
        .isEqualTo("a088fb0d7ede1b434092f6b8911188df");
  }

  @Test
  void iidSilosHaveSizesOfFairDice() {
    Map<String, Long> sizes = sizes(new Iid(4).assignment(1, Census.NONE), "c");

    assertThat(sizes).containsOnlyKeys("silo-0", "silo-1", "silo-2", "silo-3");
    assertThat(sizes.values())
        .allSatisfy(n -> assertThat((double) n).isCloseTo(5000, within(300.0)));
  }

  @Test
  void siloNamesSortAsTheirNumbers() {
    assertThat(new Iid(12).silos()).isSorted().hasSize(12).contains("silo-00", "silo-11");
    assertThat(new Iid(10).silos()).contains("silo-9");
  }

  @Test
  void dirichletSharesSumToOneAtAnyAlpha() {
    for (double alpha : new double[] {1e-3, 0.1, 1, 50, 1e6}) {
      Shares shares = DirichletShares.draw(3, "p", "c", 10, alpha);
      double sum = IntStream.range(0, 10).mapToDouble(shares::share).sum();
      assertThat(sum).as("alpha %s", alpha).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void dirichletMomentsAreThoseOfTheDistribution() {
    double alpha = 0.7;
    int silos = 4;
    int draws = 4000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double share = DirichletShares.draw(i, "p", "c", silos, alpha).share(2);
      sum += share;
      squares += share * share;
    }
    double mean = 1.0 / silos;
    double variance = mean * (1 - mean) / (silos * alpha + 1);
    assertThat(sum / draws).isCloseTo(mean, within(0.01));
    assertThat(squares / draws - mean * mean).isCloseTo(variance, within(0.005));
  }

  @Test
  void smallAlphaSkewsCategoriesAndLargeOneDoesNot() {
    Map<String, Long> skewed = sizes(new Dirichlet(5, 0.01).assignment(2, Census.NONE), "c");
    Map<String, Long> even = sizes(new Dirichlet(5, 1e5).assignment(2, Census.NONE), "c");

    assertThat(skewed.values().stream().mapToLong(Long::longValue).max().orElseThrow())
        .isGreaterThan(ROWS / 2);
    assertThat(even.values())
        .allSatisfy(n -> assertThat((double) n).isCloseTo(4000, within(300.0)));
  }

  @Test
  void categoriesOfADirichletDrawSharesOfTheirOwn() {
    SiloAssignment assignment = new Dirichlet(6, 0.05).assignment(4, Census.NONE);

    assertThat(sizes(assignment, "one")).isNotEqualTo(sizes(assignment, "two"));
  }

  @Test
  void holdoutFractionsHoldOnAverageInEverySilo() {
    HoldoutConfig holdout = new HoldoutConfig(0.2, 0.1);
    for (String silo : new String[] {"a", "b"}) {
      Map<Split, Long> sizes =
          IntStream.range(0, ROWS)
              .mapToObj(i -> holdout.split(5, silo, "row-" + i))
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      assertThat((double) sizes.get(Split.VALIDATION)).isCloseTo(4000, within(300.0));
      assertThat((double) sizes.get(Split.TEST)).isCloseTo(2000, within(250.0));
    }
  }

  @Test
  void withoutHoldoutEverythingIsTrained() {
    HoldoutConfig none = new HoldoutConfig(0, 0);
    assertThat(IntStream.range(0, 1000).mapToObj(i -> none.split(5, "a", "row-" + i)))
        .containsOnly(Split.TRAIN);
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new Iid(0))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Invalid silo count 0: must be >= 1");
    assertThatThrownBy(() -> new Dirichlet(3, 0))
        .hasMessage("Invalid Dirichlet alpha 0.0: must be a finite number > 0");
    assertThatThrownBy(() -> new Dirichlet(3, Double.NaN))
        .hasMessage("Invalid Dirichlet alpha NaN: must be a finite number > 0");
    assertThatThrownBy(() -> new ByColumn(" "))
        .hasMessage("Invalid silo column: must not be blank");
    assertThatThrownBy(() -> new HoldoutConfig(-0.1, 0.1))
        .hasMessage("Invalid validation fraction -0.1: must be in [0, 1)");
    assertThatThrownBy(() -> new HoldoutConfig(0.5, 0.5))
        .hasMessage(
            "Invalid holdout: validation 0.5 and test 0.5 leave nothing to train on; their sum must be < 1");
  }

  private static Map<String, Long> sizes(SiloAssignment assignment, String category) {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> assignment.silo("", category, "row-" + i).orElseThrow())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
