package org.silotune.fed.aggregate;

import java.util.Collection;
import java.util.Set;

/**
 * What a set of silos brought home. Sums over disjoint sets add up to the sum over their union, in
 * any order, so that a job which is repeated for some silos adds to what is there. Immutable.
 *
 * @param <S> the sum's own type
 */
public interface SiloSum<S extends SiloSum<S>> {

  /**
   * Returns the union of both.
   *
   * @throws IllegalArgumentException if a silo is in both
   */
  S plus(S other);

  /** Returns the same without silos that gave nothing. */
  S minus(Collection<String> silos);

  /** Returns the silos whose task ran on a host that may not open their data, in name order. */
  Set<String> misplaced();
}
