package org.silotune.prep.split;

import java.util.List;
import java.util.Optional;

/**
 * Silos that differ in size alone: each row goes to silo k of n with a chance in proportion to
 * {@code w_k}, by the hash of (seed, row). Source: the sizes of Flower Datasets' linear, square and
 * exponential partitioners, which these have on average; Flower cuts the rows at {@code floor(w_k N
 * / sum w)} as they come, gives what is left over to the last silo, and refuses a silo without
 * rows.
 *
 * @param count number of silos
 * @param growth how the weights grow with k
 */
public record SizeSkewed(int count, Growth growth) implements CountedSilos {

  /** What configuration calls it. */
  public static final String NAME = "size-skewed";

  /** How the weight of silo k = 0, 1, ... grows. */
  public enum Growth {
    /** k + 1. */
    LINEAR,
    /** (k + 1)^2. */
    SQUARE,
    /** e^k. */
    EXPONENTIAL
  }

  public SizeSkewed {
    SiloNames.requirePositive(count);
  }

  /** Returns three silos whose sizes are as 1 to 2 to 3. */
  public static SizeSkewed defaults() {
    return new SizeSkewed(3, Growth.LINEAR);
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    List<String> silos = silos();
    Shares shares = shares();
    return (siloKey, category, rowId) ->
        Optional.of(silos.get(shares.index(new KeyedHash(seed, NAME).add(rowId).unit())));
  }

  Shares shares() {
    double[] weights = new double[count];
    for (int k = 0; k < count; k++) {
      weights[k] =
          switch (growth) {
            case LINEAR -> k + 1.0;
            case SQUARE -> (k + 1.0) * (k + 1.0);
            case EXPONENTIAL -> StrictMath.exp(k - (count - 1.0)); // the largest is 1
          };
    }
    return Shares.of(weights);
  }
}
