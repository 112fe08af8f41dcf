package org.silotune.fed.run;

import java.time.Clock;
import java.time.Duration;

/** The right to write to a run, held by one process at a time. */
interface RunLock extends AutoCloseable {

  /**
   * Takes the lock: an operating-system lock on a local disk, which dies with its process, and a
   * lease elsewhere.
   *
   * @throws RunInUseException if another process holds it
   */
  static RunLock take(RunStorage storage, String runId) {
    return storage
        .localPath(OsRunLock.FILE)
        .<RunLock>map(file -> OsRunLock.take(file, runId))
        .orElseGet(() -> LeaseRunLock.take(storage, runId, Clock.systemUTC(), LEASE));
  }

  /** How long a lease outlives the process that held it. */
  Duration LEASE = Duration.ofMinutes(2);

  /**
   * Checks that the lock is still held, before something is committed.
   *
   * @throws RunInUseException if it was lost
   */
  void requireHeld();

  /** Returns the name of the lock's file in the run's folder. */
  String file();

  /** Gives the lock up and removes its file: for a folder that is to go. */
  void closeAndRemove();

  @Override
  void close();
}
