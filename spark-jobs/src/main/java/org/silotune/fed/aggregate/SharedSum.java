package org.silotune.fed.aggregate;

import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.silotune.fed.FederationException;

/**
 * A {@link CohortSum} to which the tasks of one process add, each as it ends, so that nothing is
 * sent: as many accumulators as there are tasks at once. A silo that comes again, since its task
 * was repeated, is not counted again. Found by its key, which may travel. Thread-safe.
 */
public final class SharedSum implements AutoCloseable {

  private static final ConcurrentHashMap<String, SharedSum> OPEN = new ConcurrentHashMap<>();

  private final String key = UUID.randomUUID().toString();
  private final Queue<CohortAccumulator> idle = new ConcurrentLinkedQueue<>();
  private final Set<String> silos = ConcurrentHashMap.newKeySet();
  private volatile boolean isBroken;

  private SharedSum() {}

  /** Returns a sum of nothing, which is found until it is closed. */
  public static SharedSum open() {
    SharedSum sum = new SharedSum();
    OPEN.put(sum.key, sum);
    return sum;
  }

  /** Returns the name by which {@link #add} finds this sum. */
  public String key() {
    return key;
  }

  /** Adds one silo's part to the sum of that key; to none where it was closed. */
  public static void add(String key, CohortSum part) {
    SharedSum sum = OPEN.get(key);
    if (sum != null) {
      sum.add(part);
    }
  }

  private void add(CohortSum part) {
    if (!silos.addAll(part.outcomes().keySet())) {
      return;
    }
    boolean added = false;
    try {
      CohortAccumulator accumulator = idle.poll();
      idle.add((accumulator == null ? new CohortAccumulator() : accumulator).add(part));
      added = true;
    } finally {
      isBroken |= !added;
    }
  }

  /** Returns the sum of what all tasks added, once they have ended. */
  public CohortSum sum() {
    if (isBroken) {
      throw new FederationException("Cannot add up the silos' parts: adding one of them failed");
    }
    CohortAccumulator all = new CohortAccumulator();
    idle.forEach(all::add);
    return all.sum();
  }

  @Override
  public void close() {
    OPEN.remove(key);
  }
}
