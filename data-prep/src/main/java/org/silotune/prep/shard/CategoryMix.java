package org.silotune.prep.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many rows each category has.
 *
 * @param rows by category, those without rows left out
 */
public record CategoryMix(@JsonValue SortedMap<String, Long> rows) implements Serializable {

  /** No rows. */
  public static final CategoryMix EMPTY = new CategoryMix(new TreeMap<>());

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public CategoryMix {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }

  /** Returns the rows of all categories. */
  public long total() {
    return rows.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the sum of two mixes. */
  public CategoryMix plus(CategoryMix other) {
    TreeMap<String, Long> sum = new TreeMap<>(rows);
    other.rows.forEach((category, count) -> sum.merge(category, count, Long::sum));
    return new CategoryMix(sum);
  }

  /**
   * Returns the Jensen-Shannon divergence of two mixes P and Q in bits, in [0, 1]: the mean of KL(P
   * || M) and KL(Q || M) with M = (P + Q) / 2. It is 0 for equal mixes and 1 for mixes without a
   * common category; none where a mix has no rows. Source: Lin, "Divergence measures based on the
   * Shannon entropy", 1991, equation 4.1 with equal weights.
   */
  public OptionalDouble divergenceFrom(CategoryMix other) {
    if (total() == 0 || other.total() == 0) {
      return OptionalDouble.empty();
    }
    TreeSet<String> categories = new TreeSet<>(rows.keySet());
    categories.addAll(other.rows.keySet());
    double sum = 0;
    for (String category : categories) {
      double p = share(category);
      double q = other.share(category);
      double m = (p + q) / 2;
      sum += (term(p, m) + term(q, m)) / 2;
    }
    return OptionalDouble.of(Math.min(1, Math.max(0, sum))); // rounding may leave the range
  }

  private double share(String category) {
    return (double) rows.getOrDefault(category, 0L) / total();
  }

  private static double term(double p, double m) {
    return p == 0 ? 0 : p * StrictMath.log(p / m) / StrictMath.log(2);
  }
}
