package org.silotune.fed.client;

import java.io.Serializable;

/** What a silo minimises in its local update; a closed choice. */
public sealed interface ClientAlgorithm extends Serializable permits PlainLoss, FedProx {

  /** Returns the name that configuration uses. */
  String name();
}
