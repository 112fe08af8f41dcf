package org.silotune.fed.job;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.client.Placement;

/**
 * Where silos may run. A run may change it between starts, for hosts come and go: where a silo is
 * trained never changes its bits.
 *
 * @param mode what hosts mean
 * @param hosts by silo, the hosts that its data is on; silos that are not named run anywhere
 */
public record PlacementConfig(Placement mode, SortedMap<String, List<String>> hosts) {

  public PlacementConfig {
    requireNonNull(mode, "mode");
    var copy = new TreeMap<String, List<String>>();
    hosts.forEach((silo, names) -> copy.put(silo, List.copyOf(names)));
    hosts = Collections.unmodifiableSortedMap(copy);
  }

  /** Returns silos that run anywhere. */
  public static PlacementConfig defaults() {
    return new PlacementConfig(Placement.STRICT, new TreeMap<>());
  }
}
