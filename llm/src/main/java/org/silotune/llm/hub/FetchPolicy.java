package org.silotune.llm.hub;

/** Whether a model that is not in the cache may be fetched over the network. */
public enum FetchPolicy {
  /** A registered model that is asked for by name is fetched. */
  ONLINE,
  /** Nothing is fetched: what is neither cached nor bundled is an error. */
  OFFLINE
}
