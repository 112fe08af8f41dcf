package org.silotune.prep.job;

/**
 * What becomes of a silo none of whose rows is left to train on. Whoever trains on the data decides
 * it, so it is no setting of the preparation.
 */
public enum EmptySilos {
  /** It is an error that names the silo and the stages that took its rows. */
  REFUSED,
  /** It stands in the manifest with counts of 0. */
  ALLOWED;

  /** Returns {@link #ALLOWED} where that is true. */
  public static EmptySilos allowedIf(boolean allowed) {
    return allowed ? ALLOWED : REFUSED;
  }
}
