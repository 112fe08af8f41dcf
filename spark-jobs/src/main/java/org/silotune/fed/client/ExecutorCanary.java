package org.silotune.fed.client;

import java.io.Serializable;

/**
 * A small fixed computation of the real shape whose hash tells whether two processes give the same
 * bits; settings only, like {@link LocalUpdateRunner}. Computed once a process and device for equal
 * settings: a process may serve several runs.
 */
@FunctionalInterface
public interface ExecutorCanary extends Serializable {

  /** Returns the hash on a device in lower-case hex, or "" where nothing is computed. */
  String hash(ComputeDevice device);

  /** Computes nothing. */
  static ExecutorCanary none() {
    return device -> "";
  }
}
