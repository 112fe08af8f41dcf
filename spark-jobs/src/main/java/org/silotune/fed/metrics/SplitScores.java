package org.silotune.fed.metrics;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The held-out losses of one adapter on one split, of the silos that could be scored. Losses are
 * compared over the silos that every one of them has, never over whoever happened to be there.
 *
 * @param bySilo by silo name
 */
public record SplitScores(SortedMap<String, SplitLoss> bySilo) {

  public SplitScores {
    bySilo = Collections.unmodifiableSortedMap(new TreeMap<>(bySilo));
  }

  /** Returns the losses of a table's rows of one round and split. */
  public static SplitScores of(List<EvaluationRow> rows) {
    TreeMap<String, SplitLoss> bySilo = new TreeMap<>();
    for (EvaluationRow row : rows) {
      if (!row.central() && row.complete()) {
        bySilo.put(row.silo(), new SplitLoss(row.examples(), row.tokens(), row.lossSum()));
      }
    }
    return new SplitScores(bySilo);
  }

  /** Returns the silos that all of these have. */
  public static SortedSet<String> common(Collection<SplitScores> scores) {
    TreeSet<String> common = new TreeSet<>();
    scores.stream().limit(1).forEach(first -> common.addAll(first.bySilo.keySet()));
    scores.forEach(score -> common.retainAll(score.bySilo.keySet()));
    return common;
  }

  /** Returns the loss over all of its silos together. */
  public SplitLoss together() {
    return over(bySilo.keySet());
  }

  /** Returns the loss over some of its silos together, summed in name order. */
  public SplitLoss over(Set<String> silos) {
    SplitLoss sum = SplitLoss.NONE;
    for (String silo : bySilo.keySet()) {
      if (silos.contains(silo)) {
        sum = sum.plus(bySilo.get(silo));
      }
    }
    return sum;
  }
}
