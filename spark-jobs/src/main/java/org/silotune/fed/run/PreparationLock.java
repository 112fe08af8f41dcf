package org.silotune.fed.run;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The right to prepare data into a folder, held by one process at a time: each preparation first
 * removes what a killed one left. The lock lies in a folder of its own beside the one to write,
 * which must be absent or empty, and goes with its holder.
 */
public final class PreparationLock implements AutoCloseable {

  private final RunStorage storage;
  private final RunLock lock;

  private PreparationLock(RunStorage storage, RunLock lock) {
    this.storage = storage;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param folder to be written, as a path or URI
   * @throws RunInUseException if another process prepares data into it
   */
  public static PreparationLock take(String folder, Configuration hadoop) {
    Path target = new Path(folder);
    Path beside = new Path(target.getParent(), "_%s.preparing".formatted(target.getName()));
    RunStorage storage = RunStorage.at(beside.toString(), hadoop);
    storage.makeFolder("");
    RunLock.Held held = new RunLock.Held("the preparation of " + folder, "folder");
    return new PreparationLock(storage, RunLock.take(storage, held));
  }

  @Override
  public void close() {
    lock.closeAndRemove();
    storage.deleteIfEmpty("");
  }
}
