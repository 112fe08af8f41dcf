package org.silotune.fed.server;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Everything the server carries from round to round, at the precision it computes the next round
 * from: float32 tensors. Immutable by contract.
 *
 * @param adapter the global adapter
 * @param moments the optimizer's moments by name, each of the adapter's layout; empty for none
 */
public record ServerState(NamedTensors adapter, SortedMap<String, NamedTensors> moments) {

  public ServerState {
    for (Map.Entry<String, NamedTensors> moment : moments.entrySet()) {
      adapter.requireSameLayout(moment.getValue());
    }
    moments = Collections.unmodifiableSortedMap(new TreeMap<>(moments));
  }
}
