package org.silotune.prep.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.split.Pathological.Choice;
import org.silotune.prep.split.SizeSkewed.Growth;

/** The laws of the silo partitions that Flower Datasets has too. */
final class PartitionersTest {

  private static final List<String> CATEGORIES = List.of("a", "b", "c", "d", "e");
  private static final int ROWS = 4000; // of each category
  private static final Census CENSUS = census(CATEGORIES, ROWS);

  @Test
  void sizesOfSkewedSilosAreInProportionToTheirWeights() {
    Map<Growth, double[]> weights =
        Map.of(
            Growth.LINEAR, new double[] {1, 2, 3, 4},
            Growth.SQUARE, new double[] {1, 4, 9, 16},
            Growth.EXPONENTIAL,
                new double[] {1, StrictMath.E, StrictMath.exp(2), StrictMath.exp(3)});
    weights.forEach(
        (growth, expected) -> {
          double sum = java.util.stream.DoubleStream.of(expected).sum();
          Map<String, Long> sizes = sizes(new SizeSkewed(4, growth), 3);
          for (int k = 0; k < 4; k++) {
            double rows = expected[k] / sum * 5 * ROWS;
            assertThat((double) sizes.get("silo-" + k))
                .as("%s %d", growth, k)
                .isCloseTo(rows, within(5 * StrictMath.sqrt(rows)));
          }
        });
    assertThat(new SizeSkewed(2000, Growth.EXPONENTIAL).shares().share(1999))
        .isCloseTo(1 - 1 / StrictMath.E, within(1e-9));
  }

  @Test
  void everyPathologicalSiloHasExactlyItsNumberOfCategories() {
    for (Choice choice : Choice.values()) {
      Map<String, SortedMap<String, Long>> mixes = mixes(new Pathological(10, 2, choice), 1);
      assertThat(mixes).hasSize(10);
      assertThat(mixes.values()).allSatisfy(mix -> assertThat(mix).hasSize(2));
    }
    Map<String, SortedMap<String, Long>> mixes =
        mixes(new Pathological(10, 2, Choice.DETERMINISTIC), 1);
    assertThat(mixes.get("silo-0").keySet()).containsExactly("a", "b");
    assertThat(mixes.get("silo-4").keySet()).containsExactly("a", "e");
    assertThat(mixes.get("silo-5").keySet()).containsExactly("a", "b");
    // four silos take each category, a quarter of its rows each
    assertThat(mixes.values())
        .allSatisfy(
            mix ->
                assertThat(mix.values())
                    .allSatisfy(n -> assertThat((double) n).isCloseTo(1000, within(150.0))));
  }

  @Test
  void firstDeterministicChoiceUsesEveryCategoryAndARandomOneNeedNot() {
    Map<String, SortedMap<String, Long>> first =
        mixes(new Pathological(5, 1, Choice.FIRST_DETERMINISTIC), 1);
    assertThat(first).hasSize(5);
    assertThat(first.get("silo-3").keySet()).containsExactly("d");

    SiloAssignment one = new Pathological(1, 1, Choice.FIRST_DETERMINISTIC).assignment(1, CENSUS);
    assertThat(one.silo("", "a", "r")).contains("silo-0");
    assertThat(one.silo("", "b", "r")).isEmpty();
    assertThat(mixes(new Pathological(3, 2, Choice.RANDOM), 1))
        .isNotEqualTo(mixes(new Pathological(3, 2, Choice.RANDOM), 2));
  }

  @Test
  void shardsGiveSilosOfEqualSizeAndFewCategories() {
    Map<String, SortedMap<String, Long>> mixes = mixes(new Shards(10, 2), 4);

    assertThat(mixes).hasSize(10);
    // 20 shards of 1000 rows over 5 categories of 4000: no shard lies across a border
    assertThat(mixes.values())
        .allSatisfy(
            mix -> {
              assertThat(mix.size()).isBetween(1, 2);
              double rows = mix.values().stream().mapToLong(Long::longValue).sum();
              assertThat(rows).isCloseTo(2000, within(200.0));
            });
    assertThat(sizes(new Shards(3, 1), 4).values()).allSatisfy(n -> assertThat(n).isPositive());
  }

  @Test
  void innerDirichletQuotasFillEverySiloAndUseUpEveryCategory() {
    Census census = new Census(new TreeMap<>(Map.of("a", 70L, "b", 20L, "c", 13L)));
    for (double alpha : new double[] {1e-3, 0.3, 100}) {
      long[][] quotas = CategoryQuotas.draw(5, census, 4, alpha);

      assertThat(quotas).hasDimensions(4, 3);
      assertThat(List.of(quotas).stream().map(silo -> LongStream.of(silo).sum()))
          .containsExactly(26L, 26L, 26L, 25L);
      for (int c = 0; c < 3; c++) {
        int category = c;
        assertThat(List.of(quotas).stream().mapToLong(silo -> silo[category]).sum())
            .isEqualTo(List.of(70L, 20L, 13L).get(c));
      }
    }
  }

  @Test
  void innerDirichletSilosAreOfOneSizeAndDifferAsAlphaSays() {
    InnerDirichlet even = new InnerDirichlet(4, 1000);
    InnerDirichlet skewed = new InnerDirichlet(4, 0.05);

    for (InnerDirichlet partition : List.of(even, skewed)) {
      assertThat(sizes(partition, 7).values())
          .allSatisfy(n -> assertThat((double) n).isCloseTo(5000, within(350.0)));
    }
    assertThat(mixes(even, 7).values())
        .allSatisfy(
            mix ->
                assertThat(mix.values())
                    .allSatisfy(n -> assertThat((double) n).isCloseTo(1000, within(200.0))));
    double largestShares =
        mixes(new InnerDirichlet(20, 0.05), 7).values().stream()
            .mapToDouble(PartitionersTest::largestShare)
            .average()
            .orElse(0);
    assertThat(largestShares).isBetween(0.45, 1.0);
  }

  @Test
  void naturalIdsAreTheSilosAndMayHaveAMinimum() {
    NaturalId partition = new NaturalId("author", 5);

    assertThat(partition.assignment(1, Census.NONE).silo("Ann", "c", "r")).contains("Ann");
    assertThat(partition.minimumRows()).hasValue(5);
    assertThat(new NaturalId("author", 1).minimumRows()).hasValue(1);
    assertThat(new ByColumn("author").minimumRows()).isEmpty();
  }

  @Test
  void rowsTimesCategoriesThatTheDriverCannotDrawAreRefused() {
    TreeMap<String, Long> rows = new TreeMap<>();
    for (int c = 0; c < 1000; c++) {
      rows.put("c" + c, 100_001L);
    }
    assertThatThrownBy(() -> new InnerDirichlet(3, 1).assignment(1, new Census(rows)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot deal out 100001000 rows of 1000 categories to inner-dirichlet silos: they are drawn one by one, at most 100000000000 rows times categories; use dirichlet silos");
  }

  @Test
  void placesAreAFunctionOfSeedRowAndTotals() {
    for (SiloPartitioner partition :
        List.of(
            new InnerDirichlet(6, 0.5),
            new Pathological(6, 2, Choice.RANDOM),
            new Shards(6, 2),
            new SizeSkewed(6, Growth.SQUARE))) {
      SiloAssignment one = partition.assignment(1, CENSUS);
      SiloAssignment again = partition.assignment(1, census(CATEGORIES, ROWS));
      SiloAssignment other = partition.assignment(2, CENSUS);
      int moved = 0;
      for (int i = 0; i < 500; i++) {
        String category = CATEGORIES.get(i % 5);
        assertThat(again.silo("", category, "r" + i)).isEqualTo(one.silo("", category, "r" + i));
        moved += other.silo("", category, "r" + i).equals(one.silo("", category, "r" + i)) ? 0 : 1;
      }
      assertThat(moved).as(partition.toString()).isGreaterThan(100);
    }
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new NaturalId(" ", 1))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Invalid natural id column: must not be blank");
    assertThatThrownBy(() -> new NaturalId("a", 0)).hasMessage("Invalid min-rows 0: must be >= 1");
    assertThatThrownBy(() -> new InnerDirichlet(3, -1))
        .hasMessage("Invalid Dirichlet alpha -1.0: must be a finite number > 0");
    assertThatThrownBy(() -> new Shards(3, 0))
        .hasMessage("Invalid shards of a silo 0: must be >= 1");
    assertThatThrownBy(() -> new SizeSkewed(0, Growth.LINEAR))
        .hasMessage("Invalid silo count 0: must be >= 1");
    assertThatThrownBy(() -> new Pathological(3, 0, Choice.RANDOM))
        .hasMessage("Invalid categories of a silo 0: must be >= 1");
    assertThatThrownBy(() -> new Pathological(3, 6, Choice.RANDOM).assignment(1, CENSUS))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Invalid categories of a silo 6: the data has 5 (a, b, c, d, e)");
  }

  private static double largestShare(Map<String, Long> mix) {
    double rows = mix.values().stream().mapToLong(Long::longValue).sum();
    return mix.values().stream().mapToLong(Long::longValue).max().orElse(0) / rows;
  }

  private static Census census(List<String> categories, long rows) {
    TreeMap<String, Long> counts = new TreeMap<>();
    categories.forEach(category -> counts.put(category, rows));
    return new Census(counts);
  }

  private static Map<String, Long> sizes(SiloPartitioner partition, long seed) {
    Map<String, Long> sizes = new HashMap<>();
    mixes(partition, seed)
        .forEach(
            (silo, mix) -> sizes.put(silo, mix.values().stream().mapToLong(Long::longValue).sum()));
    return sizes;
  }

  private static Map<String, SortedMap<String, Long>> mixes(SiloPartitioner partition, long seed) {
    SiloAssignment assignment = partition.assignment(seed, CENSUS);
    Map<String, SortedMap<String, Long>> mixes = new TreeMap<>();
    for (String category : CATEGORIES) {
      for (int i = 0; i < ROWS; i++) {
        assignment
            .silo("", category, category + i)
            .ifPresent(
                silo ->
                    mixes
                        .computeIfAbsent(silo, s -> new TreeMap<>())
                        .merge(category, 1L, Long::sum));
      }
    }
    assertThat(new TreeSet<>(partition.silos())).containsAll(mixes.keySet());
    return mixes;
  }
}
