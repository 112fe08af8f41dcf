package org.silotune.bench;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Tasks, workers and threads by core count. One task with a one-thread worker a core is fastest on
 * few cores and holds one set of activations a worker; beyond eight, tasks multiply.
 */
public record BenchDefaults(int tasks, int workers, int threads) {

  private static final NavigableMap<Integer, BenchDefaults> BY_CORES = new TreeMap<>();

  static {
    BY_CORES.put(1, new BenchDefaults(1, 1, 1));
    BY_CORES.put(2, new BenchDefaults(1, 2, 1));
    BY_CORES.put(4, new BenchDefaults(1, 4, 1));
    BY_CORES.put(8, new BenchDefaults(1, 8, 1));
    BY_CORES.put(16, new BenchDefaults(2, 8, 1));
    BY_CORES.put(32, new BenchDefaults(4, 8, 1));
    BY_CORES.put(64, new BenchDefaults(8, 8, 1));
  }

  /** Returns the row of the largest core count that is not above {@code cores}. */
  public static BenchDefaults of(int cores) {
    return BY_CORES.floorEntry(cores).getValue();
  }

  /** Returns a token budget that gives every worker of every task a share of a step. */
  public int tokenBudget(int batch, int length) {
    int parts = tasks * workers;
    int share = (batch * length + parts - 1) / parts;
    return Math.max(length, Math.min(1024, share));
  }
}
