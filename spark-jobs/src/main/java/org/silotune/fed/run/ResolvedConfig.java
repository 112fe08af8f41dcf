package org.silotune.fed.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A run's whole configuration as it took effect: every key, defaults included, in dotted
 * kebab-case.
 *
 * @param values by key, in key order
 */
public record ResolvedConfig(SortedMap<String, String> values) {

  public ResolvedConfig {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * Returns one line for each key whose value differs, such as {@code seed: was 1, now 2}.
   *
   * @param mayChange keys that are left out
   */
  public List<String> differences(ResolvedConfig now, Predicate<String> mayChange) {
    SortedSet<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(now.values.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = values.getOrDefault(key, "absent");
      String after = now.values.getOrDefault(key, "absent");
      if (!before.equals(after) && !mayChange.test(key)) {
        differences.add("%s: was %s, now %s".formatted(key, before, after));
      }
    }
    return differences;
  }
}
