package org.silotune.suite.cell;

import java.util.OptionalDouble;

/**
 * A validation loss of a cell's run.
 *
 * @param round 0 is before the first
 * @param silo whose rows, {@code *} for all of the run's silos
 * @param examples rows
 * @param loss mean over their trained tokens, in nats; none without rows
 */
public record CurvePoint(int round, String silo, long examples, OptionalDouble loss) {

  /** The rows of all silos of the run. */
  public static final String ALL = "*";
}
