package org.silotune.fed.job;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.client.SiloDescriptor;

/**
 * Of which silos how many test rows are shown: no more are answered for that than are shown.
 *
 * @param bySilo the number of the first rows, at least 1, of the silos that show any
 */
record ShownRows(SortedMap<String, Integer> bySilo) implements Serializable {

  ShownRows {
    bySilo = Collections.unmodifiableSortedMap(new TreeMap<>(bySilo));
  }

  /**
   * Deals samples out, a row a silo in name order and again, as far as silos have test rows: as
   * {@link RunReport} shows them.
   */
  static ShownRows of(int samples, List<SiloDescriptor> silos) {
    TreeMap<String, Integer> shown = new TreeMap<>();
    List<SiloDescriptor> dealt = silos.stream().sorted().toList();
    int left = samples;
    for (long row = 0; left > 0 && !dealt.isEmpty(); row++) {
      long rows = row;
      dealt = dealt.stream().filter(silo -> silo.counts().test().exampleCount() > rows).toList();
      for (SiloDescriptor silo : dealt.subList(0, Math.min(left, dealt.size()))) {
        shown.merge(silo.name(), 1, Integer::sum);
        left--;
      }
    }
    return new ShownRows(shown);
  }

  /** Returns how many of a silo's rows are shown. */
  int of(String silo) {
    return bySilo.getOrDefault(silo, 0);
  }
}
