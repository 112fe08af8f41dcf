package org.silotune.prep.split;

import java.io.Serializable;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.Split;

/**
 * How much of every silo is held out. The split of a row is a function of (seed, silo, row): a row
 * does not change split when others arrive, equal rows share one unless an id column tells them
 * apart, and the fractions hold on average. One case is another: while this leaves a silo without a
 * training row, all its rows are trained on, and the first training row that arrives sends them
 * back to their splits.
 *
 * @param validation fraction for decisions, in [0, 1)
 * @param test fraction for reports, in [0, 1); the two leave something to train on
 */
public record HoldoutConfig(double validation, double test) implements Serializable {

  public HoldoutConfig {
    requireFraction("validation", validation);
    requireFraction("test", test);
    if (validation + test >= 1) {
      throw new PreparationException(
          "Invalid holdout: validation %s and test %s leave nothing to train on; their sum must be < 1"
              .formatted(validation, test));
    }
  }

  /** Returns a tenth for each. */
  public static HoldoutConfig defaults() {
    return new HoldoutConfig(0.1, 0.1);
  }

  /**
   * Returns the split of a row.
   *
   * @param rowId what tells the row's content apart
   */
  public Split split(long seed, String silo, String rowId) {
    double unit = new KeyedHash(seed, "split").add(silo).add(rowId).unit();
    if (unit < test) {
      return Split.TEST;
    }
    return unit < test + validation ? Split.VALIDATION : Split.TRAIN;
  }

  private static void requireFraction(String name, double fraction) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new PreparationException(
          "Invalid %s fraction %s: must be in [0, 1)".formatted(name, fraction));
    }
  }
}
