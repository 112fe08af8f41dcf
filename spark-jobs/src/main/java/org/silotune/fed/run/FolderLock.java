package org.silotune.fed.run;

import org.apache.hadoop.conf.Configuration;

/**
 * The right to write to a folder of many runs, held by one process at a time. The lock lies in the
 * folder itself; what {@link RunStorage} writes there is whole or not there.
 */
public final class FolderLock implements AutoCloseable {

  private final RunStorage storage;
  private final RunLock lock;

  private FolderLock(RunStorage storage, RunLock lock) {
    this.storage = storage;
    this.lock = lock;
  }

  /**
   * Takes the lock, and makes the folder where there is none.
   *
   * @param folder as a path or URI
   * @param what the folder is to the user, a noun and a name
   * @param alternative what whoever is refused may change
   * @throws RunInUseException if another process holds it
   */
  public static FolderLock take(
      String folder, Configuration hadoop, String what, String alternative) {
    RunStorage storage = RunStorage.at(folder, hadoop);
    storage.makeFolder("");
    return new FolderLock(storage, RunLock.take(storage, new RunLock.Held(what, alternative)));
  }

  /** Returns the folder's files. */
  public RunStorage storage() {
    lock.requireHeld();
    return storage;
  }

  @Override
  public void close() {
    lock.close();
  }
}
