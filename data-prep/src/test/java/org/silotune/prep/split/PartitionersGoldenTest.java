package org.silotune.prep.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.silotune.prep.split.Pathological.Choice;
import org.silotune.prep.split.SizeSkewed.Growth;

/**
 * Our partitions beside those of Flower Datasets, which {@code
 * src/test/python/partitioner_golden.py} wrote. Flower cuts rows where ours are dealt by hash, so
 * counts of rows are compared within five standard deviations of the deal, and what is no matter of
 * the deal exactly.
 */
final class PartitionersGoldenTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/partitioners.json");

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    golden = JsonMapper.builder().build().readTree(GOLDEN.toFile());
  }

  @Test
  void iidSilosHaveFlowersSizes() {
    for (JsonNode each : golden.path("iid")) {
      Map<String, Long> sizes = sizes(new Iid(each.path("silos").asInt()), each);
      assertAllNear(sizes, longs(each.path("sizes")), each);
    }
  }

  @Test
  void skewedSilosHaveFlowersSizes() {
    for (JsonNode each : golden.path("size-skewed")) {
      List<Long> flowers = longs(each.path("sizes"));
      SizeSkewed skew =
          new SizeSkewed(flowers.size(), Growth.valueOf(each.path("growth").asText()));
      Shares shares = skew.shares();
      for (int k = 0; k < flowers.size() - 1; k++) { // the last has what rounding left over
        long rows = (long) (shares.share(k) * each.path("rows").asLong());
        assertThat(rows).as("silo %d of %s", k, each).isEqualTo(flowers.get(k));
      }
      assertAllNear(sizes(skew, each), flowers, each);
    }
  }

  @Test
  void naturalSilosHaveFlowersRows() {
    JsonNode each = golden.path("natural-id");
    SiloAssignment assignment = new NaturalId("author", 1).assignment(1, Census.NONE);
    TreeMap<String, Long> sizes = new TreeMap<>();
    counts(each.path("rows"))
        .forEach(
            (author, rows) ->
                LongStream.range(0, rows)
                    .mapToObj(i -> assignment.silo(author, "", "row-" + i).orElseThrow())
                    .forEach(silo -> sizes.merge(silo, 1L, Long::sum)));
    assertThat(sizes).isEqualTo(counts(each.path("sizes")));
  }

  @Test
  void deterministicPathologicalSilosTakeFlowersCategoriesAndShareThemEqually() {
    JsonNode all = golden.path("pathological");
    for (JsonNode each : all.path("deterministic")) {
      Pathological partition =
          new Pathological(
              each.path("silos").asInt(), each.path("categories").asInt(), Choice.DETERMINISTIC);
      assertMixes(partition, counts(all.path("rows")), mixes(each.path("mixes")));
    }
    Pathological first = new Pathological(6, 1, Choice.FIRST_DETERMINISTIC);
    assertThat(
            mixes(first, counts(all.path("rows"))).stream()
                .map(mix -> mix.keySet().iterator().next())
                .toList())
        .isEqualTo(texts(all.path("first")));
  }

  @Test
  void pathologicalChoicesFollowFlowersLaw() {
    JsonNode laws = golden.path("pathological").path("law-of-two");
    for (Choice choice : List.of(Choice.RANDOM, Choice.FIRST_DETERMINISTIC)) {
      JsonNode each = laws.path(choice.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      SortedMap<String, Long> flowers = counts(each.path("pairs"));
      int silos = each.path("silos").asInt();
      TreeMap<String, Long> rows = new TreeMap<>();
      for (String category : List.of("a", "b", "c", "d")) {
        rows.put(category, 40L * silos); // so that no silo misses a category that it takes
      }
      TreeMap<String, Long> ours = new TreeMap<>();
      for (SortedMap<String, Long> mix : mixes(new Pathological(silos, 2, choice), rows)) {
        ours.merge(String.join("", mix.keySet()), 1L, Long::sum);
      }
      assertThat(ours.keySet()).as("%s", choice).isEqualTo(flowers.keySet());
      flowers.forEach(
          (pair, count) ->
              assertThat((double) ours.get(pair))
                  .as("%s: silos of %s", choice, pair)
                  .isCloseTo((double) count, within(5 * Math.sqrt(2.0 * count)))); // both are drawn
    }
  }

  @Test
  void oneShardASiloIsCutWhereFlowerCuts() {
    JsonNode each = golden.path("shards");
    List<SortedMap<String, Long>> flowers = mixes(each.path("one-a-silo"));
    Shards partition = new Shards(flowers.size(), 1);
    List<SortedMap<String, Long>> ours =
        new ArrayList<>(mixes(partition, counts(each.path("rows"))));

    for (SortedMap<String, Long> flower :
        flowers) { // which silo has a shard is drawn on both sides
      SortedMap<String, Long> like =
          ours.stream().filter(mix -> isNear(mix, flower)).findFirst().orElse(new TreeMap<>());
      assertThat(ours).as("a silo like %s", flower).contains(like);
      ours.remove(like);
    }
    assertThat(ours).isEmpty();
  }

  @Test
  void silosOfSeveralShardsHaveFlowersSizesAndNoRowIsLeftOut() {
    JsonNode each = golden.path("shards");
    assertNear(
        sizes(mixes(new Shards(8, 2), counts(each.path("rows")))),
        longs(each.path("sizes-of-two")));

    JsonNode uneven = each.path("uneven"); // 8000 rows are no multiple of 21 shards
    SortedMap<String, Long> rows = counts(uneven.path("rows"));
    List<Long> sizes = sizes(mixes(new Shards(7, 3), rows));
    assertNear(sizes, longs(uneven.path("sizes")));
    assertThat(sum(longs(uneven.path("sizes")))).isEqualTo(sum(rows.values()) - 8000 % 21);
    assertThat(sum(sizes)).isEqualTo(sum(rows.values()));
  }

  @Test
  void dirichletSilosOfFlowersSharesHaveFlowersRows() {
    JsonNode each = golden.path("dirichlet");
    List<SortedMap<String, Long>> flowers = mixes(each.path("mixes"));
    counts(each.path("rows"))
        .forEach(
            (category, rows) -> {
              Shares shares = Shares.of(doubles(each.path("shares").path(category)));
              long[] dealt = new long[flowers.size()];
              for (long i = 0; i < rows; i++) {
                KeyedHash hash = new KeyedHash(3, Dirichlet.NAME).add(category + i);
                dealt[shares.index(hash.unit())]++;
              }
              double end = 0;
              long cut = 0;
              for (int k = 0; k < flowers.size(); k++) {
                end += shares.share(k);
                long next = k == flowers.size() - 1 ? rows : (long) (end * rows);
                long flower = flowers.get(k).getOrDefault(category, 0L);
                assertThat(next - cut).as("%s of silo %d", category, k).isEqualTo(flower);
                assertNear(dealt[k], flower, "%s of silo %d".formatted(category, k));
                cut = next;
              }
            });
  }

  @Test
  void dirichletSharesHaveTheQuantilesOfABeta() {
    int draws = 2000;
    for (JsonNode law : golden.path("dirichlet").path("marginals")) {
      int silos = law.path("silos").asInt();
      double alpha = law.path("alpha").asDouble();
      double[] shares =
          IntStream.range(0, draws)
              .mapToDouble(i -> DirichletShares.draw(i, "golden", "c", silos, alpha).share(1))
              .toArray();
      for (JsonNode quantile : law.path("quantiles")) {
        double chance = quantile.path("chance").asDouble();
        double share = quantile.path("share").asDouble();
        double below = (double) IntStream.range(0, draws).filter(i -> shares[i] <= share).count();
        assertThat(below / draws)
            .as("alpha %s, %d silos, quantile %s", alpha, silos, chance)
            .isCloseTo(chance, within(5 * Math.sqrt(chance * (1 - chance) / draws)));
      }
    }
  }

  @Test
  void innerDirichletQuotasOfGivenMixesAreFlowersOnAverage() {
    JsonNode each = golden.path("inner-dirichlet");
    Census census = new Census(counts(each.path("rows")));
    List<Shares> mixes = list(each.path("mixes")).stream().map(m -> Shares.of(doubles(m))).toList();
    int categories = census.rowsByCategory().size();
    int runs = 2000;
    double[][] sums = new double[mixes.size()][categories];
    for (int seed = 0; seed < runs; seed++) {
      long[][] quotas = CategoryQuotas.draw(seed, census, mixes);
      for (int k = 0; k < quotas.length; k++) {
        assertThat(LongStream.of(quotas[k]).sum()).isEqualTo(each.path("sizes").path(k).asLong());
        for (int c = 0; c < categories; c++) {
          sums[k][c] += quotas[k][c];
        }
      }
    }
    for (int k = 0; k < mixes.size(); k++) {
      for (int c = 0; c < categories; c++) {
        double variance = each.path("variance").path(k).path(c).asDouble();
        double deviation = Math.sqrt(variance / runs + variance / each.path("runs").asInt());
        assertThat(sums[k][c] / runs)
            .as("category %d of silo %d", c, k)
            .isCloseTo(each.path("mean").path(k).path(c).asDouble(), within(5 * deviation));
      }
    }
  }

  @Test
  void innerDirichletSilosWhoseMixIsUsedUpTakeWhatIsLeftWhereFlowerFails() {
    assertThat(golden.path("inner-dirichlet").path("where-a-mix-is-used-up").asText())
        .contains("NaN");
    Census census = new Census(new TreeMap<>(Map.of("a", 5L, "b", 5L)));
    Shares onlyA = Shares.of(new double[] {1, 0});
    long[][] quotas = CategoryQuotas.draw(1, census, List.of(onlyA, onlyA));
    assertThat(quotas[0][0] + quotas[1][0]).isEqualTo(5);
    assertThat(quotas[0][0] + quotas[0][1]).isEqualTo(5);
    assertThat(quotas[1][0] + quotas[1][1]).isEqualTo(5);
  }

  private static void assertMixes(
      SiloPartitioner partition,
      SortedMap<String, Long> rows,
      List<SortedMap<String, Long>> flowers) {
    List<SortedMap<String, Long>> ours = mixes(partition, rows);
    for (int k = 0; k < flowers.size(); k++) {
      assertThat(isNear(ours.get(k), flowers.get(k)))
          .as("%s, silo %d: %s beside %s", partition, k, ours.get(k), flowers.get(k))
          .isTrue();
    }
    assertThat(ours).hasSameSizeAs(flowers);
  }

  private static boolean isNear(SortedMap<String, Long> ours, SortedMap<String, Long> flowers) {
    return ours.keySet().equals(flowers.keySet())
        && flowers.entrySet().stream()
            .allMatch(each -> distance(ours.get(each.getKey()), each.getValue()) <= 1);
  }

  private static void assertAllNear(Map<String, Long> ours, List<Long> flowers, JsonNode of) {
    List<String> silos = SiloNames.of(flowers.size());
    for (int k = 0; k < flowers.size(); k++) {
      assertNear(ours.getOrDefault(silos.get(k), 0L), flowers.get(k), "silo " + k + " of " + of);
    }
    assertThat(sum(ours.values())).isEqualTo(of.path("rows").asLong());
  }

  private static void assertNear(List<Long> ours, List<Long> flowers) {
    assertThat(ours).hasSameSizeAs(flowers);
    for (int k = 0; k < flowers.size(); k++) {
      assertNear(ours.get(k), flowers.get(k), "silo " + k);
    }
  }

  private static void assertNear(long ours, long flower, String of) {
    assertThat(distance(ours, flower)).as("%s: %d, Flower %d", of, ours, flower).isLessThan(1);
  }

  /**
   * In units of five standard deviations of the deal, and of the row that Flower's rounding moves.
   */
  private static double distance(long ours, long flower) {
    return Math.abs(ours - flower) / (5 * Math.sqrt((double) flower) + 1);
  }

  private static Map<String, Long> sizes(SiloPartitioner partition, JsonNode of) {
    SiloAssignment assignment = partition.assignment(3, Census.NONE);
    TreeMap<String, Long> sizes = new TreeMap<>();
    for (long i = 0; i < of.path("rows").asLong(); i++) {
      sizes.merge(assignment.silo("", "", "row-" + i).orElseThrow(), 1L, Long::sum);
    }
    return sizes;
  }

  private static List<Long> sizes(List<SortedMap<String, Long>> mixes) {
    return mixes.stream().map(mix -> sum(mix.values())).toList();
  }

  /** Deals so many rows of each category, and returns the rows of each silo by category. */
  private static List<SortedMap<String, Long>> mixes(
      SiloPartitioner partition, SortedMap<String, Long> rows) {
    SiloAssignment assignment = partition.assignment(3, new Census(rows));
    TreeMap<String, SortedMap<String, Long>> mixes = new TreeMap<>();
    partition.silos().forEach(silo -> mixes.put(silo, new TreeMap<>()));
    rows.forEach(
        (category, count) ->
            LongStream.range(0, count)
                .mapToObj(i -> assignment.silo("", category, category + i))
                .forEach(silo -> silo.ifPresent(s -> mixes.get(s).merge(category, 1L, Long::sum))));
    return List.copyOf(mixes.values());
  }

  private static List<SortedMap<String, Long>> mixes(JsonNode array) {
    return list(array).stream().map(PartitionersGoldenTest::counts).toList();
  }

  private static SortedMap<String, Long> counts(JsonNode object) {
    TreeMap<String, Long> counts = new TreeMap<>();
    object.properties().forEach(each -> counts.put(each.getKey(), each.getValue().asLong()));
    return counts;
  }

  private static List<Long> longs(JsonNode array) {
    return list(array).stream().map(JsonNode::asLong).toList();
  }

  private static List<String> texts(JsonNode array) {
    return list(array).stream().map(JsonNode::asText).toList();
  }

  private static double[] doubles(JsonNode array) {
    return list(array).stream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static long sum(Iterable<Long> counts) {
    return StreamSupport.stream(counts.spliterator(), false).mapToLong(Long::longValue).sum();
  }
}
