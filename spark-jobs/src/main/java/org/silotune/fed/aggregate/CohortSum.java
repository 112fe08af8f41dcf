package org.silotune.fed.aggregate;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;

/**
 * Everything a round brings home, in one aggregate: the sum of the encoded deltas and each silo's
 * outcome, ordered by silo name. A commutative monoid over disjoint sets of silos. Immutable.
 */
public final class CohortSum implements SiloSum<CohortSum>, Serializable {

  private static final long serialVersionUID = 1L;

  /** No silo. */
  public static final CohortSum EMPTY = new CohortSum(FixedPointSum.EMPTY, new TreeMap<>());

  private final FixedPointSum deltas;
  private final SortedMap<String, SiloOutcome> outcomes;

  private CohortSum(FixedPointSum deltas, SortedMap<String, SiloOutcome> outcomes) {
    this.deltas = deltas;
    this.outcomes = outcomes;
  }

  /** Returns the part of one silo whose delta counts. */
  public static CohortSum of(FixedPointSum delta, SiloOutcome outcome) {
    if (delta.weight() != outcome.weight()) {
      throw new IllegalArgumentException(
          "Invalid part of silo %s: encoded weight %d against %d"
              .formatted(outcome.silo(), delta.weight(), outcome.weight()));
    }
    return new CohortSum(delta, new TreeMap<>(Collections.singletonMap(outcome.silo(), outcome)));
  }

  /** Returns the part of one silo whose delta does not count. */
  public static CohortSum without(SiloOutcome outcome) {
    return of(FixedPointSum.EMPTY, outcome);
  }

  /**
   * Returns the union of both.
   *
   * @throws IllegalArgumentException if a silo is in both: its delta would count twice
   */
  @Override
  public CohortSum plus(CohortSum other) {
    SortedMap<String, SiloOutcome> union = union(other);
    return new CohortSum(deltas.plus(other.deltas), union);
  }

  /** Returns the union of both, for which this one's deltas are added to in place. */
  CohortSum absorb(CohortSum other) {
    SortedMap<String, SiloOutcome> union = union(other);
    deltas.absorb(other.deltas);
    return new CohortSum(deltas, union);
  }

  private SortedMap<String, SiloOutcome> union(CohortSum other) {
    TreeMap<String, SiloOutcome> union = new TreeMap<>(outcomes);
    for (SiloOutcome outcome : other.outcomes.values()) {
      if (union.put(outcome.silo(), outcome) != null) {
        throw new IllegalArgumentException(
            "Invalid sum: silo %s is in both parts".formatted(outcome.silo()));
      }
    }
    return union;
  }

  /** Returns the same without the outcomes of silos that counted for nothing. */
  @Override
  public CohortSum minus(Collection<String> silosWithoutDelta) {
    TreeMap<String, SiloOutcome> rest = new TreeMap<>(outcomes);
    for (String silo : silosWithoutDelta) {
      SiloOutcome removed = rest.remove(silo);
      if (removed == null || removed.counts()) {
        throw new IllegalArgumentException(
            "Cannot take out silo %s: its delta is in the sum, or it is not".formatted(silo));
      }
    }
    return new CohortSum(deltas, rest);
  }

  @Override
  public Set<String> misplaced() {
    Set<String> misplaced = new TreeSet<>();
    for (SiloOutcome outcome : outcomes.values()) {
      if (outcome.status() == Status.MISPLACED) {
        misplaced.add(outcome.silo());
      }
    }
    return misplaced;
  }

  /** Returns the sum of the encoded deltas. */
  public FixedPointSum deltas() {
    return deltas;
  }

  /** Returns the outcomes by silo name, in name order. */
  public SortedMap<String, SiloOutcome> outcomes() {
    return Collections.unmodifiableSortedMap(outcomes);
  }
}
