package org.silotune.fed.server;

import org.silotune.fed.aggregate.MeanDelta;
import org.silotune.llm.tensor.NamedTensors;

/** How the server applies a round's mean delta to the global adapter; a closed choice. */
public sealed interface ServerOptimizer permits FedAvg, FedAdam {

  /** Returns the name that configuration uses. */
  String name();

  /** Returns the state before the first round. */
  ServerState initialize(NamedTensors adapter);

  /** Returns the state after a round; {@code state} is left as it is. */
  ServerState step(ServerState state, MeanDelta mean);
}
