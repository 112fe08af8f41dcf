package org.silotune.prep.split;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.prep.UnusableDataException;

/**
 * How many rows of each category a silo of an {@link InnerDirichlet} partition gets. Places are
 * filled one after the other: a silo that has room is drawn with equal chance, then a category that
 * is not used up by the silo's mix. The draws depend on the seed and the totals alone.
 */
final class CategoryQuotas {

  /** Rows times categories that the driver draws in minutes. */
  private static final long MOST_DRAWS = 100_000_000_000L;

  private CategoryQuotas() {}

  /** Returns quotas by silo and category; the latter in the order of the census. */
  static long[][] draw(long seed, Census census, int silos, double alpha) {
    int categories = census.rowsByCategory().size();
    return draw(
        seed,
        census,
        IntStream.range(0, silos)
            .mapToObj(Integer::toString)
            .map(k -> DirichletShares.draw(seed, "inner-dirichlet-mix", k, categories, alpha))
            .toList());
  }

  /** Returns the quotas of silos whose mixes are known. */
  static long[][] draw(long seed, Census census, List<Shares> mixes) {
    int silos = mixes.size();
    long[] left = census.rowsByCategory().values().stream().mapToLong(Long::longValue).toArray();
    long rows = LongStream.of(left).sum();
    if (rows > MOST_DRAWS / Math.max(1, left.length)) {
      throw new UnusableDataException(
          "Cannot deal out %d rows of %d categories to inner-dirichlet silos: they are drawn one by one, at most %d rows times categories; use dirichlet silos"
              .formatted(rows, left.length, MOST_DRAWS));
    }
    long[][] quotas = new long[silos][left.length];
    long[] room = new long[silos];
    int[] open = new int[silos];
    int opens = 0;
    for (int k = 0; k < silos; k++) {
      room[k] = rows / silos + (k < rows % silos ? 1 : 0);
      if (room[k] > 0) {
        open[opens++] = k;
      }
    }
    CounterRandom random = CounterRandom.ofSeed(seed).at("inner-dirichlet");
    for (long place = 0; place < rows; place++) {
      int at = random.below(2 * place, opens);
      int silo = open[at];
      int category = category(mixes.get(silo), left, random.uniform(2 * place + 1));
      quotas[silo][category]++;
      left[category]--;
      room[silo]--;
      if (room[silo] == 0) {
        open[at] = open[--opens];
      }
    }
    return quotas;
  }

  /** Returns a category with rows left, by the mix; where the mix has none of them, the fullest. */
  private static int category(Shares mix, long[] left, double unit) {
    double sum = 0;
    int last = 0;
    for (int c = 0; c < left.length; c++) {
      sum += left[c] > 0 ? mix.share(c) : 0;
      last = left[c] > left[last] ? c : last;
    }
    double goal = unit * sum;
    double end = 0;
    for (int c = 0; c < left.length; c++) {
      if (left[c] > 0 && mix.share(c) > 0) {
        last = c;
        end += mix.share(c);
        if (goal < end) {
          return c;
        }
      }
    }
    return last; // the shares' sum may fall short of their parts' by rounding
  }
}
