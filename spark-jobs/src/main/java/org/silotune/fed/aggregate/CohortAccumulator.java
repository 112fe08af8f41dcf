package org.silotune.fed.aggregate;

import java.io.Serializable;

/**
 * A {@link CohortSum} that grows in place, as a tree's reducer needs it: from its second part on it
 * adds to an array of its own. Not thread-safe.
 */
public final class CohortAccumulator implements Serializable {

  private static final long serialVersionUID = 1L;

  private CohortSum sum = CohortSum.EMPTY;

  /** Whether nobody else has the sum's array; what was sent is not told from what was shared. */
  private transient boolean isOwn;

  /** Adds a part, which stays as it is, and returns this. */
  public CohortAccumulator add(CohortSum part) {
    if (part.deltas().coordinateCount() == 0 || sum.deltas().coordinateCount() == 0) {
      sum = sum.plus(part); // one of the two arrays, which stays whose it was
      isOwn &= part.deltas().coordinateCount() == 0;
    } else if (isOwn) {
      sum = sum.absorb(part);
    } else {
      sum = sum.plus(part);
      isOwn = true;
    }
    return this;
  }

  /** Adds what another one holds, and returns this. */
  public CohortAccumulator add(CohortAccumulator other) {
    return add(other.sum);
  }

  /** Returns the sum; this is not added to any more. */
  public CohortSum sum() {
    return sum;
  }
}
