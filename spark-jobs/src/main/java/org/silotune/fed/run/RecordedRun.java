package org.silotune.fed.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * A run as it lies on disk, looked at without holding it: nothing is written, not even a lock. What
 * it reads was renamed into place whole, so that a run that another process holds may be looked at.
 */
public final class RecordedRun {

  private final String runId;
  private final RunStorage storage;

  private RecordedRun(String runId, RunStorage storage) {
    this.runId = runId;
    this.storage = storage;
  }

  /**
   * Finds a run.
   *
   * @param output folder of runs, a path or URI
   * @return nothing where there is no run of that name
   * @throws RunMismatchException if the id is none, or the folder holds something else
   */
  public static Optional<RecordedRun> find(String output, String runId, Configuration hadoop) {
    RunStorage storage = RunMarker.storage(output, runId, hadoop);
    return RunMarker.read(storage).map(marker -> new RecordedRun(runId, storage));
  }

  /** Returns whether a folder is a run's. */
  public static boolean isAt(RunStorage folder) {
    return folder.exists(RunMarker.FILE);
  }

  /**
   * Returns the run that a folder is.
   *
   * @throws RunMismatchException if another version wrote it
   */
  public static Optional<RecordedRun> at(RunStorage folder) {
    var marker = RunMarker.read(folder);
    marker.ifPresent(found -> found.requireReadable(folder));
    return marker.map(found -> new RecordedRun(found.runId(), folder));
  }

  /** Returns the recorded configuration, if one was. */
  public Optional<ResolvedConfig> config() {
    return read(RunDirectory.CONFIG, ResolvedConfig.class);
  }

  /**
   * Compares a configuration with the one recorded.
   *
   * @throws RunMismatchException that lists the differences
   */
  public void requireSame(
      ResolvedConfig before, ResolvedConfig config, Predicate<String> mayChange) {
    requireEqual(runId, "configuration", before.differences(config, mayChange));
  }

  /** Returns the run's folder, as a URI. */
  public String uri() {
    return storage.uri("");
  }

  /** Returns how the run ended, if it has. */
  public Optional<RunResult> result() {
    return storage
        .read(RunDirectory.RESULT)
        .map(bytes -> Json.read(bytes, RunResult.class, storage.uri(RunDirectory.RESULT)));
  }

  /** Returns a file of the run that holds a record, if it is there. */
  public <T extends Record> Optional<T> read(String file, Class<T> type) {
    return storage.read(file).map(bytes -> Json.read(bytes, type, storage.uri(file)));
  }

  static void requireEqual(String runId, String what, List<String> differences) {
    if (!differences.isEmpty()) {
      throw new RunMismatchException(
          "Cannot resume run %s with another %s: %s; undo the change, or use another run id"
              .formatted(runId, what, String.join("; ", differences)));
    }
  }
}
