package org.silotune.fed.run;

import java.time.Clock;
import java.time.Duration;

/** The right to write to a run, or to another folder, held by one process at a time. */
interface RunLock extends AutoCloseable {

  /**
   * What is held, for messages.
   *
   * @param what a noun and a name
   * @param alternative what whoever is refused may change
   */
  record Held(String what, String alternative) {
    static Held run(String runId) {
      return new Held("run " + runId, "run id");
    }
  }

  /**
   * Takes the lock: an operating-system lock on a local disk, which dies with its process, and a
   * lease elsewhere.
   *
   * @throws RunInUseException if another process holds it
   */
  static RunLock take(RunStorage storage, Held held) {
    return storage
        .localPath(OsRunLock.FILE)
        .<RunLock>map(file -> OsRunLock.take(file, held))
        .orElseGet(() -> LeaseRunLock.take(storage, held, Clock.systemUTC(), LEASE));
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
